/** The plugin that the author's guide, docs/plugins.md, builds step by step. */
@NullMarked
package org.apikeys.plugins.example;

import org.jspecify.annotations.NullMarked;
