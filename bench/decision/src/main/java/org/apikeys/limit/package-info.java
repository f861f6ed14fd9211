/** Counters for measurements, from inside of their package: what they are made of is seen there alone. */
@NullMarked
package org.apikeys.limit;

import org.jspecify.annotations.NullMarked;
