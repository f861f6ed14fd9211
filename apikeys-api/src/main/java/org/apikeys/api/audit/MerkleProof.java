package org.apikeys.api.audit;

import java.util.List;

/**
 * Checks proofs as somebody does who trusts nobody: by the algorithms of RFC 9162 sections 2.1.3.2
 * and 2.1.4.2, which need no more than the proof and the roots.
 */
public final class MerkleProof {
  private MerkleProof() {}

  /**
   * Whether the leaf is in the tree of this root.
   *
   * @param leafIndex from 0
   */
  public static boolean isIncluded(
      TreeHash leaf, long leafIndex, long size, List<TreeHash> path, TreeHash root) {
    if (leafIndex < 0 || leafIndex >= size) {
      return false;
    }
    long node = leafIndex;
    long last = size - 1;
    TreeHash hash = leaf;
    for (TreeHash sibling : path) {
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        hash = TreeHash.ofNode(sibling, hash);
        while ((node & 1) == 0 && node != 0) {
          node >>= 1;
          last >>= 1;
        }
      } else {
        hash = TreeHash.ofNode(hash, sibling);
      }
      node >>= 1;
      last >>= 1;
    }
    return last == 0 && hash.equals(root);
  }

  /** Whether the larger tree begins with the leaves of the smaller one. */
  public static boolean isConsistent(
      long from, TreeHash fromRoot, long to, TreeHash toRoot, List<TreeHash> proof) {
    if (from < 1 || from > to) {
      return false;
    }
    if (from == to) {
      return proof.isEmpty() && fromRoot.equals(toRoot);
    }
    int next = 0;
    long node = from - 1;
    long last = to - 1;
    while ((node & 1) == 1) {
      node >>= 1;
      last >>= 1;
    }
    TreeHash first;
    if (Long.bitCount(from) == 1) {
      first = fromRoot;
    } else if (proof.isEmpty()) {
      return false;
    } else {
      first = proof.get(next++);
    }
    TreeHash small = first;
    TreeHash large = first;
    for (TreeHash hash : proof.subList(next, proof.size())) {
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        small = TreeHash.ofNode(hash, small);
        large = TreeHash.ofNode(hash, large);
        while ((node & 1) == 0 && node != 0) {
          node >>= 1;
          last >>= 1;
        }
      } else {
        large = TreeHash.ofNode(large, hash);
      }
      node >>= 1;
      last >>= 1;
    }
    return last == 0 && small.equals(fromRoot) && large.equals(toRoot);
  }
}
