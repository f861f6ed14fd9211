/** The console: its files by themselves, and in a browser. */
@NullMarked
package org.apikeys.web.console;

import org.jspecify.annotations.NullMarked;
