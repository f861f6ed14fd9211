package org.apikeys.api.audit;

import java.util.ArrayList;
import java.util.List;

/**
 * Roots and proofs of a log (RFC 6962 section 2.1), made from the stored hashes of complete
 * subtrees: each takes a number of them that grows with the logarithm of the size.
 */
public final class MerkleTree {
  private final SubtreeHashes stored;

  public MerkleTree(SubtreeHashes stored) {
    this.stored = stored;
  }

  /** The root of the first {@code size} leaves. */
  public TreeHash root(long size) {
    requireIn(0, size, Long.MAX_VALUE);
    return size == 0 ? TreeHash.EMPTY : over(0, size);
  }

  /**
   * What shows that a leaf is in the tree: the audit path of RFC 6962 section 2.1.1.
   *
   * @param leaf index of the leaf, from 0
   * @param size number of leaves of the tree
   */
  public List<TreeHash> inclusion(long leaf, long size) {
    requireIn(0, leaf, size - 1);
    List<TreeHash> path = new ArrayList<>();
    path(leaf, 0, size, path);
    return path;
  }

  /**
   * What shows that the first {@code from} leaves of the tree of {@code to} leaves are those of the
   * smaller tree: RFC 6962 section 2.1.2.
   */
  public List<TreeHash> consistency(long from, long to) {
    requireIn(1, from, to);
    List<TreeHash> proof = new ArrayList<>();
    subproof(from, 0, to, true, proof);
    return proof;
  }

  private static void requireIn(long least, long value, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(value + " is not between " + least + " and " + most);
    }
  }

  /** MTH over the leaves from begin to end; begin is a multiple of the power of two above. */
  private TreeHash over(long begin, long end) {
    long size = end - begin;
    if (Long.bitCount(size) == 1) {
      int level = Long.numberOfTrailingZeros(size);
      return stored.at(level, begin >> level);
    }
    long middle = begin + Long.highestOneBit(size);
    return TreeHash.ofNode(over(begin, middle), over(middle, end));
  }

  /** The largest power of two below the size. */
  private static long split(long size) {
    return Long.highestOneBit(size - 1);
  }

  private void path(long leaf, long begin, long end, List<TreeHash> path) {
    if (end - begin == 1) {
      return;
    }
    long middle = begin + split(end - begin);
    if (leaf < middle) {
      path(leaf, begin, middle, path);
      path.add(over(middle, end));
    } else {
      path(leaf, middle, end, path);
      path.add(over(begin, middle));
    }
  }

  /** SUBPROOF; {@code from} counts from the beginning of the log, {@code known} is the RFC's b. */
  private void subproof(long from, long begin, long end, boolean known, List<TreeHash> proof) {
    if (from == end) {
      if (!known) {
        proof.add(over(begin, end));
      }
      return;
    }
    long middle = begin + split(end - begin);
    if (from <= middle) {
      subproof(from, begin, middle, known, proof);
      proof.add(over(middle, end));
    } else {
      subproof(from, middle, end, false, proof);
      proof.add(over(begin, middle));
    }
  }
}
