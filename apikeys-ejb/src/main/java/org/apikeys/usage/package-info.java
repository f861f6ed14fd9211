/** What keys were used for: buffered, counted exactly, written in batches. */
@NullMarked
package org.apikeys.usage;

import org.jspecify.annotations.NullMarked;
