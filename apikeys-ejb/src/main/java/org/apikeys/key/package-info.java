/** The life of a key: issued, changed, rotated, renewed, revoked. */
@NullMarked
package org.apikeys.key;

import org.jspecify.annotations.NullMarked;
