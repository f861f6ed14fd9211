/**
 * The format of a key and what happens to one: enough for a client to tell a mistyped key offline.
 */
@NullMarked
package org.apikeys.api.key;

import org.jspecify.annotations.NullMarked;
