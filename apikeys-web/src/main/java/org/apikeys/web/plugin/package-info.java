/** Plugins over HTTP: what is loaded, what failed and why, and switching them. */
@NullMarked
package org.apikeys.web.plugin;

import org.jspecify.annotations.NullMarked;
