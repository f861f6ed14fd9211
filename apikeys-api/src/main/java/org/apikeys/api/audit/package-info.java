/**
 * The log as others see it: what its events are called, and the proofs that it keeps what it said.
 * Hashes are those of RFC 6962; checkpoints are C2SP signed notes. {@link
 * org.apikeys.api.audit.MerkleTree} makes proofs, {@link org.apikeys.api.audit.MerkleProof} checks
 * them; the two share nothing but {@link org.apikeys.api.audit.TreeHash}.
 */
@NullMarked
package org.apikeys.api.audit;

import org.jspecify.annotations.NullMarked;
