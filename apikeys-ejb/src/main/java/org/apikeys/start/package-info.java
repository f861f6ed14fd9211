/**
 * Starts the system over a store that may be slow to come, keeps its timers, and stops it cleanly.
 */
@NullMarked
package org.apikeys.start;

import org.jspecify.annotations.NullMarked;
