/** The tests that every plugin module passes. */
@NullMarked
package org.apikeys.plugins.testing;

import org.jspecify.annotations.NullMarked;
