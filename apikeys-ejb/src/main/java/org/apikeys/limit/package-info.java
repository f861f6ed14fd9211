/** How many calls a key may make: windows aligned to the clock, counted exactly. */
@NullMarked
package org.apikeys.limit;

import org.jspecify.annotations.NullMarked;
