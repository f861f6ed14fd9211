/**
 * The offline verifier: checks evidence packs on an auditor's own machine. It shares with the
 * server only the layout of hashes, notes and checkpoints.
 */
@NullMarked
package org.apikeys.verifier;

import org.jspecify.annotations.NullMarked;
