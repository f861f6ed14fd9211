package org.apikeys.api.audit;

/** The stored hashes of complete subtrees, from which every root and proof is made. */
@FunctionalInterface
public interface SubtreeHashes {
  /**
   * The hash of the complete subtree over the leaves from {@code index << level} up to and without
   * {@code (index + 1) << level}; at level 0 it is the hash of one leaf.
   */
  TreeHash at(int level, long index);
}
