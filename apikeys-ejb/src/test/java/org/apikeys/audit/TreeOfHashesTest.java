package org.apikeys.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apikeys.api.audit.MerkleTree;
import org.apikeys.api.audit.TreeHash;
import org.junit.jupiter.api.Test;

/** Roots made while leaves come and out of stored tiles: those of RFC 6962. */
class TreeOfHashesTest {

  private static List<TreeHash> leaves(int count) {
    List<TreeHash> leaves = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      leaves.add(TreeHash.ofLeaf(new byte[] {(byte) i, (byte) (i >> 8)}));
    }
    return leaves;
  }

  @Test
  void theRootAsLeavesComeIsThatOfTheTree() {
    List<TreeHash> leaves = leaves(140);
    CompactRange range = new CompactRange();
    assertThat(range.root()).isEqualTo(TreeHash.EMPTY);
    for (int size = 1; size <= leaves.size(); size++) {
      range.add(leaves.get(size - 1));
      TreeHash root =
          new MerkleTree(
                  (level, index) -> {
                    int from = (int) index << level;
                    return Tiles.subtree(leaves.subList(from, from + (1 << level)));
                  })
              .root(size);
      assertThat(range.root()).as("of " + size).isEqualTo(root);
      assertThat(range.root()).as("asked twice").isEqualTo(root);
    }
  }

  @Test
  void aSubtreeIsMadeOfItsNeighbours() {
    List<TreeHash> four = leaves(4);
    assertThat(Tiles.subtree(four.subList(0, 1))).isEqualTo(four.get(0));
    assertThat(Tiles.subtree(four))
        .isEqualTo(
            TreeHash.ofNode(
                TreeHash.ofNode(four.get(0), four.get(1)),
                TreeHash.ofNode(four.get(2), four.get(3))));
  }

  @Test
  void aTileHoldsWholeHashesAndNoMoreThanItsWidth() {
    List<TreeHash> full = leaves(Tiles.WIDTH);
    assertThat(Tiles.hashes(bytes(full))).isEqualTo(full);
    assertThat(Tiles.hashes(bytes(leaves(3)))).isEqualTo(leaves(3));
    assertThat(Tiles.hashes(new byte[0])).isEmpty();
    for (byte[] wrong : List.of(new byte[TreeHash.LENGTH + 1], bytes(leaves(Tiles.WIDTH + 1)))) {
      assertThatThrownBy(() -> Tiles.hashes(wrong)).isInstanceOf(DamagedLogException.class);
    }
  }

  private static byte[] bytes(List<TreeHash> hashes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    hashes.forEach(hash -> bytes.writeBytes(hash.bytes()));
    return bytes.toByteArray();
  }
}
