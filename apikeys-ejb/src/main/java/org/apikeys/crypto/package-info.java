/** Random secrets, peppered hashes, encryption at rest, and the key files outside the database. */
@NullMarked
package org.apikeys.crypto;

import org.jspecify.annotations.NullMarked;
