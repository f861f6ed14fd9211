package org.apikeys.api.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a proof shows is so; any other is refused, and none runs for ever. */
class MerkleProofFuzzTest {
  private static final int MOST_LEAVES = 40;
  private static final int MOST_HASHES = 80;

  @FuzzTest
  void believesWhatIsProvenAlone(FuzzedDataProvider data) {
    List<byte[]> leaves = new ArrayList<>();
    int size = data.consumeInt(1, MOST_LEAVES);
    for (int i = 0; i < size; i++) {
      leaves.add(new byte[] {(byte) i});
    }
    TreeHash root = Reference.root(leaves);
    int index = data.consumeInt(0, size - 1);
    List<TreeHash> path = Reference.path(index, leaves);
    TreeHash leaf = TreeHash.ofLeaf(leaves.get(index));
    assertThat(MerkleProof.isIncluded(leaf, index, size, path, root)).isTrue();
    int from = data.consumeInt(1, size);
    List<TreeHash> proof = Reference.proof(from, leaves);
    TreeHash fromRoot = Reference.root(leaves.subList(0, from));
    assertThat(MerkleProof.isConsistent(from, fromRoot, size, root, proof)).isTrue();

    long otherIndex = data.consumeLong();
    long otherSize = data.consumeLong();
    if (otherIndex != index) {
      assertThat(MerkleProof.isIncluded(leaf, otherIndex, size, path, root)).isFalse();
    }
    List<TreeHash> other = hashes(data);
    if (!other.equals(path)) {
      assertThat(MerkleProof.isIncluded(leaf, index, size, other, root)).isFalse();
    }
    if (!other.equals(proof)) {
      assertThat(MerkleProof.isConsistent(from, fromRoot, size, root, other)).isFalse();
    }
    // whatever the numbers say, an answer comes
    MerkleProof.isIncluded(leaf, otherIndex, otherSize, other, root);
    MerkleProof.isConsistent(otherIndex, fromRoot, otherSize, root, other);
  }

  private static List<TreeHash> hashes(FuzzedDataProvider data) {
    List<TreeHash> hashes = new ArrayList<>();
    int count = data.consumeInt(0, MOST_HASHES);
    for (int i = 0; i < count; i++) {
      hashes.add(
          TreeHash.ofBytes(Arrays.copyOf(data.consumeBytes(TreeHash.LENGTH), TreeHash.LENGTH)));
    }
    return hashes;
  }
}
