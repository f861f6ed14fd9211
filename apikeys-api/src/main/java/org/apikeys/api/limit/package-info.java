/** What becomes of a key's limits by itself. */
@NullMarked
package org.apikeys.api.limit;

import org.jspecify.annotations.NullMarked;
