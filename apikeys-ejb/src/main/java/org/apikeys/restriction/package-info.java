/**
 * From where a key may be used: rules over client addresses and over the pages that call. What is
 * missing or can't be read is refused.
 */
@NullMarked
package org.apikeys.restriction;

import org.jspecify.annotations.NullMarked;
