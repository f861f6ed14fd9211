package org.apikeys.api.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MerkleTreeTest {
  private static final int MOST = 300;

  /** The inputs and results that Certificate Transparency publishes for RFC 6962. */
  private static final List<byte[]> CT_LEAVES =
      Stream.of(
              "",
              "00",
              "10",
              "2021",
              "3031",
              "40414243",
              "5051525354555657",
              "606162636465666768696a6b6c6d6e6f")
          .map(HexFormat.of()::parseHex)
          .toList();

  private static final List<String> CT_ROOTS =
      List.of(
          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
          "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
          "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
          "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
          "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

  private static final String PAIR =
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125";
  private static final String SECOND =
      "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
  private static final String THIRD_AND_FOURTH =
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
  private static final String SECOND_HALF =
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";
  private static final String FIFTH =
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
  private static final String LAST_PAIR =
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";

  private static List<byte[]> leaves(int size) {
    return IntStream.range(0, size)
        .mapToObj(i -> ("record " + i).getBytes(StandardCharsets.US_ASCII))
        .toList();
  }

  /** What a store holds: the hashes of complete subtrees, each made once from two below. */
  private static MerkleTree tree(List<byte[]> leaves) {
    List<List<TreeHash>> levels = new ArrayList<>();
    levels.add(leaves.stream().map(TreeHash::ofLeaf).toList());
    while (levels.get(levels.size() - 1).size() > 1) {
      List<TreeHash> below = levels.get(levels.size() - 1);
      levels.add(
          IntStream.range(0, below.size() / 2)
              .mapToObj(i -> TreeHash.ofNode(below.get(2 * i), below.get(2 * i + 1)))
              .toList());
    }
    return new MerkleTree((level, index) -> levels.get(level).get((int) index));
  }

  private static List<String> hex(List<TreeHash> hashes) {
    return hashes.stream().map(hash -> HexFormat.of().formatHex(hash.bytes())).toList();
  }

  @Test
  void hasThePublishedRoots() {
    MerkleTree tree = tree(CT_LEAVES);
    for (int size = 1; size <= CT_LEAVES.size(); size++) {
      assertThat(HexFormat.of().formatHex(tree.root(size).bytes()))
          .isEqualTo(CT_ROOTS.get(size - 1));
    }
    assertThat(HexFormat.of().formatHex(tree.root(0).bytes()))
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }

  @Test
  void hasThePublishedPaths() {
    MerkleTree tree = tree(CT_LEAVES);
    assertThat(tree.inclusion(0, 1)).isEmpty();
    assertThat(hex(tree.inclusion(0, 8))).containsExactly(SECOND, THIRD_AND_FOURTH, SECOND_HALF);
    assertThat(hex(tree.inclusion(5, 8))).containsExactly(FIFTH, LAST_PAIR, CT_ROOTS.get(3));
    assertThat(hex(tree.inclusion(2, 3))).containsExactly(PAIR);
    assertThat(hex(tree.inclusion(1, 5))).containsExactly(CT_ROOTS.get(0), THIRD_AND_FOURTH, FIFTH);
  }

  @Test
  void hasThePublishedConsistencyProofs() {
    MerkleTree tree = tree(CT_LEAVES);
    assertThat(tree.consistency(1, 1)).isEmpty();
    assertThat(hex(tree.consistency(1, 8))).containsExactly(SECOND, THIRD_AND_FOURTH, SECOND_HALF);
    assertThat(hex(tree.consistency(6, 8)))
        .containsExactly(
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            LAST_PAIR,
            CT_ROOTS.get(3));
    assertThat(hex(tree.consistency(2, 5))).containsExactly(THIRD_AND_FOURTH, FIFTH);
  }

  @Test
  void agreesWithTheDefinitionForEverySize() {
    List<byte[]> all = leaves(MOST);
    MerkleTree tree = tree(all);
    for (int size = 1; size <= MOST; size++) {
      List<byte[]> leaves = all.subList(0, size);
      TreeHash root = tree.root(size);
      assertThat(root).isEqualTo(Reference.root(leaves)).isEqualTo(Reference.rootByLevels(leaves));
      for (int leaf = 0; leaf < size; leaf += size < 40 ? 1 : 37) {
        assertThat(tree.inclusion(leaf, size)).isEqualTo(Reference.path(leaf, leaves));
      }
      for (int from = 1; from <= size; from += size < 40 ? 1 : 37) {
        assertThat(tree.consistency(from, size)).isEqualTo(Reference.proof(from, leaves));
      }
    }
  }

  @Test
  void isCheckedForEveryPairOfSizes() {
    MerkleTree tree = tree(leaves(MOST));
    List<TreeHash> roots = IntStream.rangeClosed(0, MOST).mapToObj(tree::root).toList();
    for (int size = 1; size <= MOST; size++) {
      for (int leaf = 0; leaf < size; leaf++) {
        TreeHash hash = TreeHash.ofLeaf(("record " + leaf).getBytes(StandardCharsets.US_ASCII));
        assertThat(
                MerkleProof.isIncluded(
                    hash, leaf, size, tree.inclusion(leaf, size), roots.get(size)))
            .isTrue();
      }
      for (int from = 1; from <= size; from++) {
        assertThat(
                MerkleProof.isConsistent(
                    from, roots.get(from), size, roots.get(size), tree.consistency(from, size)))
            .isTrue();
      }
    }
  }

  @Test
  void readsFewStoredHashesOfALargeLog() {
    long size = 10_000_019;
    int[] reads = new int[1];
    MerkleTree tree =
        new MerkleTree(
            (level, index) -> {
              reads[0]++;
              return TreeHash.ofLeaf((level + ":" + index).getBytes(StandardCharsets.US_ASCII));
            });
    for (long leaf : new long[] {0, 1, 5_000_000, size - 1}) {
      reads[0] = 0;
      tree.inclusion(leaf, size);
      assertThat(reads[0]).isLessThan(60);
    }
    reads[0] = 0;
    tree.consistency(4_999_999, size);
    assertThat(reads[0]).isLessThan(60);
  }

  @Test
  void refusesWhatIsNotInTheTree() {
    MerkleTree tree = tree(leaves(5));
    for (long leaf : new long[] {-1, 5}) {
      assertThatThrownBy(() -> tree.inclusion(leaf, 5))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (long from : new long[] {-1, 0, 6}) {
      assertThatThrownBy(() -> tree.consistency(from, 5))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void hasNoRootOfLessThanNothing() {
    MerkleTree tree = tree(leaves(5));
    assertThatThrownBy(() -> tree.root(-1)).isInstanceOf(IllegalArgumentException.class);
  }
}
