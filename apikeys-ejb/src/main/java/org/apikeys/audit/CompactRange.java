package org.apikeys.audit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apikeys.api.audit.TreeHash;

/** Makes the root over leaves as they come, with one hash in memory for each level. */
final class CompactRange {
  /** Roots of the complete subtrees so far, the largest first. */
  private final Deque<TreeHash> subtrees = new ArrayDeque<>();

  private long size;

  /** Puts a leaf behind the others. */
  void add(TreeHash leaf) {
    TreeHash hash = leaf;
    for (long rest = size; (rest & 1) == 1; rest >>= 1) {
      hash = TreeHash.ofNode(subtrees.removeLast(), hash);
    }
    subtrees.addLast(hash);
    size++;
  }

  /** The root over all so far. */
  TreeHash root() {
    if (size == 0) {
      return TreeHash.EMPTY;
    }
    List<TreeHash> parts = new ArrayList<>(subtrees);
    TreeHash root = parts.get(parts.size() - 1);
    for (int i = parts.size() - 2; i >= 0; i--) {
      root = TreeHash.ofNode(parts.get(i), root);
    }
    return root;
  }
}
