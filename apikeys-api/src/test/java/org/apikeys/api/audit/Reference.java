package org.apikeys.api.audit;

import java.util.ArrayList;
import java.util.List;

/**
 * Trees and proofs as the text of RFC 6962 section 2.1 defines them, over the whole list of leaves:
 * slow, and with nothing stored.
 */
final class Reference {
  private Reference() {}

  static TreeHash root(List<byte[]> leaves) {
    if (leaves.size() == 1) {
      return TreeHash.ofLeaf(leaves.get(0));
    }
    int k = split(leaves.size());
    return TreeHash.ofNode(root(leaves.subList(0, k)), root(leaves.subList(k, leaves.size())));
  }

  /** The same root from the bottom up: neighbours are paired, and an odd one goes up as it is. */
  static TreeHash rootByLevels(List<byte[]> leaves) {
    List<TreeHash> level = leaves.stream().map(TreeHash::ofLeaf).toList();
    while (level.size() > 1) {
      List<TreeHash> above = new ArrayList<>();
      for (int i = 0; i < level.size(); i += 2) {
        above.add(
            i + 1 < level.size() ? TreeHash.ofNode(level.get(i), level.get(i + 1)) : level.get(i));
      }
      level = above;
    }
    return level.get(0);
  }

  static List<TreeHash> path(int m, List<byte[]> leaves) {
    List<TreeHash> path = new ArrayList<>();
    if (leaves.size() > 1) {
      int k = split(leaves.size());
      List<byte[]> left = leaves.subList(0, k);
      List<byte[]> right = leaves.subList(k, leaves.size());
      path.addAll(m < k ? path(m, left) : path(m - k, right));
      path.add(m < k ? root(right) : root(left));
    }
    return path;
  }

  static List<TreeHash> proof(int m, List<byte[]> leaves) {
    return subproof(m, leaves, true);
  }

  private static List<TreeHash> subproof(int m, List<byte[]> leaves, boolean b) {
    List<TreeHash> proof = new ArrayList<>();
    if (m == leaves.size()) {
      if (!b) {
        proof.add(root(leaves));
      }
      return proof;
    }
    int k = split(leaves.size());
    List<byte[]> left = leaves.subList(0, k);
    List<byte[]> right = leaves.subList(k, leaves.size());
    proof.addAll(m <= k ? subproof(m, left, b) : subproof(m - k, right, false));
    proof.add(m <= k ? root(right) : root(left));
    return proof;
  }

  private static int split(int n) {
    int k = 1;
    while (2 * k < n) {
      k *= 2;
    }
    return k;
  }
}
