/**
 * Copies of everything: the store, the key files and what was signed, in one encrypted file that a
 * server with an empty store begins from. The layout of the file is known here alone.
 */
@org.jspecify.annotations.NullMarked
package org.apikeys.backup;
