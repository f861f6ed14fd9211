package org.apikeys.api.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whatever is damaged, no proof holds. */
class MerkleProofTest {
  private static final int MOST = 40;
  private static final List<byte[]> LEAVES =
      IntStream.range(0, MOST)
          .mapToObj(i -> ("record " + i).getBytes(StandardCharsets.US_ASCII))
          .toList();

  private static List<byte[]> first(int size) {
    return LEAVES.subList(0, size);
  }

  private static TreeHash flipped(TreeHash hash, int bit) {
    byte[] bytes = hash.bytes();
    bytes[bit / 8] ^= (byte) (1 << bit % 8);
    return TreeHash.ofBytes(bytes);
  }

  /** Every proof that differs from this one by one damage. */
  private static List<List<TreeHash>> damaged(List<TreeHash> proof) {
    List<List<TreeHash>> all = new ArrayList<>();
    for (int i = 0; i < proof.size(); i++) {
      List<TreeHash> one = new ArrayList<>(proof);
      one.set(i, flipped(proof.get(i), (i * 37) % 256));
      all.add(one);
      List<TreeHash> shorter = new ArrayList<>(proof);
      shorter.remove(i);
      all.add(shorter);
      List<TreeHash> longer = new ArrayList<>(proof);
      longer.add(i, proof.get(i));
      all.add(longer);
    }
    if (proof.size() > 1) {
      List<TreeHash> reversed = new ArrayList<>(proof);
      Collections.reverse(reversed);
      all.add(reversed);
    }
    List<TreeHash> longer = new ArrayList<>(proof);
    longer.add(TreeHash.EMPTY);
    all.add(longer);
    return all;
  }

  @Test
  void refusesEveryDamagedPath() {
    for (int size = 1; size <= MOST; size++) {
      TreeHash root = Reference.root(first(size));
      for (int leaf = 0; leaf < size; leaf++) {
        TreeHash hash = TreeHash.ofLeaf(LEAVES.get(leaf));
        List<TreeHash> path = Reference.path(leaf, first(size));
        assertThat(MerkleProof.isIncluded(hash, leaf, size, path, root)).isTrue();
        for (List<TreeHash> wrong : damaged(path)) {
          assertThat(MerkleProof.isIncluded(hash, leaf, size, wrong, root)).isFalse();
        }
        assertThat(MerkleProof.isIncluded(flipped(hash, leaf), leaf, size, path, root)).isFalse();
        assertThat(MerkleProof.isIncluded(hash, leaf, size, path, flipped(root, leaf))).isFalse();
        for (int other = -1; other <= size; other++) {
          assertThat(MerkleProof.isIncluded(hash, other, size, path, root))
              .as("leaf %s of %s as %s", leaf, size, other)
              .isEqualTo(other == leaf);
        }
      }
    }
  }

  @Test
  void refusesEveryDamagedConsistencyProof() {
    for (int to = 1; to <= MOST; to++) {
      TreeHash toRoot = Reference.root(first(to));
      for (int from = 1; from <= to; from++) {
        TreeHash fromRoot = Reference.root(first(from));
        List<TreeHash> proof = Reference.proof(from, first(to));
        assertThat(MerkleProof.isConsistent(from, fromRoot, to, toRoot, proof)).isTrue();
        for (List<TreeHash> wrong : damaged(proof)) {
          assertThat(MerkleProof.isConsistent(from, fromRoot, to, toRoot, wrong))
              .as("%s in %s", from, to)
              .isFalse();
        }
        assertThat(MerkleProof.isConsistent(from, flipped(fromRoot, to), to, toRoot, proof))
            .isFalse();
        assertThat(MerkleProof.isConsistent(from, fromRoot, to, flipped(toRoot, from), proof))
            .isFalse();
      }
    }
  }

  @Test
  void takesNoNodeForALeaf() {
    TreeHash left = TreeHash.ofLeaf(LEAVES.get(0));
    TreeHash right = TreeHash.ofLeaf(LEAVES.get(1));
    byte[] children = new byte[2 * TreeHash.LENGTH];
    System.arraycopy(left.bytes(), 0, children, 0, TreeHash.LENGTH);
    System.arraycopy(right.bytes(), 0, children, TreeHash.LENGTH, TreeHash.LENGTH);
    TreeHash root = TreeHash.ofNode(left, right);

    assertThat(MerkleProof.isIncluded(TreeHash.ofLeaf(children), 0, 1, List.of(), root)).isFalse();
  }

  @Test
  void seesSwappedHalvesAndSwappedLeaves() {
    List<byte[]> swapped = new ArrayList<>(first(8).subList(4, 8));
    swapped.addAll(first(4));
    TreeHash root = Reference.root(first(8));
    List<TreeHash> path = Reference.path(1, swapped);

    assertThat(MerkleProof.isIncluded(TreeHash.ofLeaf(LEAVES.get(5)), 1, 8, path, root)).isFalse();
    assertThat(
            MerkleProof.isConsistent(
                4, Reference.root(first(4)), 8, Reference.root(swapped), path.subList(0, 1)))
        .isFalse();
  }

  @Test
  void knowsNoSizeBelowOneAndNoShrinking() {
    TreeHash root = Reference.root(first(1));
    assertThat(MerkleProof.isConsistent(0, TreeHash.EMPTY, 1, root, List.of())).isFalse();
    assertThat(MerkleProof.isConsistent(2, root, 1, root, List.of())).isFalse();
    assertThat(MerkleProof.isIncluded(root, 0, 0, List.of(), root)).isFalse();
  }

  @Test
  void takesNoProofThatIsMissing() {
    assertThat(
            MerkleProof.isConsistent(
                3, Reference.root(first(3)), 8, Reference.root(first(8)), List.of()))
        .isFalse();
    assertThat(
            MerkleProof.isConsistent(
                4, Reference.root(first(4)), 8, Reference.root(first(8)), List.of()))
        .isFalse();
  }
}
