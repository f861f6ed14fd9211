/**
 * The console's files: one tree under a name that changes with its content, compressed and cached.
 */
@NullMarked
package org.apikeys.web.console;

import org.jspecify.annotations.NullMarked;
