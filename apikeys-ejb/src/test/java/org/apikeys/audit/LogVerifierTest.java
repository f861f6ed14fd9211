package org.apikeys.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apikeys.api.alert.Concern;
import org.apikeys.api.audit.Checkpoint;
import org.apikeys.api.audit.MerkleTree;
import org.apikeys.api.audit.TreeHash;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.LogStore.StoredLeaf;
import org.apikeys.store.Told;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way to change a log, found at its place. */
class LogVerifierTest {
  private static final int SIZE = 600;

  private final List<Concern> concerns = new ArrayList<>();
  private final LogHealth health = new LogHealth(Told.to(concerns::add));
  private final Log log = new Log();
  private final LogVerifier verifier = new LogVerifier(log, health);

  private static StoredLeaf leaf(long sequence, String text) {
    TreeHash hash = TreeHash.ofLeaf(text.getBytes(StandardCharsets.UTF_8));
    return new StoredLeaf(sequence, hash, hash.base64());
  }

  /** A log in memory, read in pages of a hundred. */
  private static final class Log extends LogCheck {
    private static final int HUNDRED = 100;

    private final List<StoredLeaf> leaves = new ArrayList<>();
    private final List<TreeHash> hashes = new ArrayList<>();
    private final TreeMap<Long, Checkpoint> checkpoints = new TreeMap<>();
    private final List<Boolean> recorded = new ArrayList<>();
    private long purged;
    private boolean damaged;

    void grow(int records) {
      for (int i = 0; i < records; i++) {
        StoredLeaf leaf = leaf(hashes.size() + 1L, "record " + (hashes.size() + 1));
        leaves.add(leaf);
        hashes.add(leaf.hash());
      }
    }

    TreeHash rootOf(long size) {
      return new MerkleTree((level, index) -> subtree(level, index)).root(size);
    }

    private TreeHash subtree(int level, long index) {
      int width = 1 << level;
      int from = (int) index * width;
      return Tiles.subtree(hashes.subList(from, from + width));
    }

    void sign() {
      long size = hashes.size();
      checkpoints.put(size, new Checkpoint("log", size, rootOf(size)));
    }

    @Override
    public Checkpoint latest() {
      if (damaged) {
        throw new DamagedLogException("a stored checkpoint is not one of ours");
      }
      return checkpoints.isEmpty()
          ? new Checkpoint("log", 0, TreeHash.EMPTY)
          : checkpoints.lastEntry().getValue();
    }

    @Override
    public long purgedThrough() {
      return purged;
    }

    @Override
    public long treeSize() {
      return hashes.size();
    }

    @Override
    public List<Checkpoint> checkpointsFrom(long size) {
      return checkpoints.tailMap(size).values().stream().limit(2).toList();
    }

    @Override
    public List<StoredLeaf> leavesAfter(long sequence) {
      return leaves.stream().filter(leaf -> leaf.sequence() > sequence).limit(HUNDRED).toList();
    }

    @Override
    public List<TreeHash> tile(long index) {
      int from = (int) Math.min(hashes.size(), index * Tiles.WIDTH);
      return List.copyOf(hashes.subList(from, Math.min(hashes.size(), from + Tiles.WIDTH)));
    }

    @Override
    public TreeHash storedRoot(long size) {
      return rootOf(size);
    }

    @Override
    public void record(Caller caller, boolean sound) {
      recorded.add(sound);
    }
  }

  /** Of so many records, signed at three sizes before. */
  private void signed(int size) {
    for (int part : new int[] {size / 3, size / 3, size - 2 * (size / 3)}) {
      log.grow(part);
      log.sign();
    }
  }

  private LogVerifier.Result verified() {
    return verifier.verify(Caller.system());
  }

  private void assertBadAt(long sequence) {
    LogVerifier.Result result = verified();
    assertThat(result.verified()).isFalse();
    assertThat(result.firstBadSequence()).isEqualTo(sequence);
    assertThat(log.recorded).endsWith(false);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 100, 101, 256, 257, 300, SIZE})
  void aLogAsItWasSignedIsSound(int size) {
    signed(size);
    LogVerifier.Result result = verified();
    assertThat(result.verified()).isTrue();
    assertThat(result.size()).isEqualTo(size);
    assertThat(result.root()).isEqualTo(log.rootOf(size).base64());
    assertThat(result.firstBadSequence()).isNull();
    assertThat(log.recorded).containsExactly(true);
  }

  @Test
  void anEmptyLogIsSoundAndWhatIsNotSignedYetIsLeftOut() {
    assertThat(verified().verified()).isTrue();
    signed(30);
    log.grow(1);
    log.leaves.set(30, leaf(31, "changed"));
    LogVerifier.Result result = verified();
    assertThat(result.verified()).isTrue();
    assertThat(result.size()).isEqualTo(30);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 101, 256, 257, 512, SIZE})
  void aRecordThatWasChangedIsFound(int sequence) {
    signed(SIZE);
    StoredLeaf changed = leaf(sequence, "changed");
    log.leaves.set(
        sequence - 1,
        new StoredLeaf(sequence, changed.hash(), log.leaves.get(sequence - 1).noted()));
    assertBadAt(sequence);
    log.leaves.set(sequence - 1, changed);
    assertBadAt(sequence);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 257, SIZE})
  void aRecordThatIsMissingIsFound(int sequence) {
    signed(SIZE);
    log.leaves.remove(sequence - 1);
    assertBadAt(sequence);
  }

  @Test
  void aRecordThatWasPutInIsFound() {
    signed(30);
    log.leaves.add(11, leaf(11, "put in"));
    assertBadAt(12);
  }

  @Test
  void recordsThatWereChangedWithTheirHashesDoNotFitTheNextCheckpoint() {
    signed(30);
    StoredLeaf changed = leaf(15, "changed");
    log.leaves.set(14, changed);
    log.hashes.set(14, changed.hash());
    assertBadAt(11);
  }

  @Test
  void aStoredHashThatWasChangedAloneIsFound() {
    signed(30);
    log.hashes.set(4, leaf(5, "other").hash());
    assertBadAt(5);
    signed(30);
    log.hashes.remove(log.hashes.size() - 1);
    assertThat(verified().verified()).isFalse();
  }

  @Test
  void ofPurgedRecordsTheHashesAreLeft() {
    signed(SIZE);
    log.purged = 300;
    log.leaves.subList(0, 300).clear();
    assertThat(verified().verified()).isTrue();
    StoredLeaf first = log.leaves.remove(0);
    assertBadAt(301);
    log.leaves.add(0, first);
    log.hashes.set(299, leaf(300, "other").hash());
    assertBadAt(201);
  }

  @Test
  void aPurgeThatTookHashesWithItIsFound() {
    signed(30);
    log.purged = 40;
    List<TreeHash> some = List.copyOf(log.hashes.subList(0, 20));
    log.hashes.clear();
    log.hashes.addAll(some);
    assertBadAt(21);
  }

  @Test
  void aLogThatIsNotSignedAnyMoreIsNotSound() {
    signed(30);
    health.refused("it is another one");
    health.refused("it is another one");
    assertThat(concerns).as("told once").hasSize(1);
    assertThat(health.trouble()).contains("it is another one");
    LogVerifier.Result result = verified();
    assertThat(result.verified()).isFalse();
    assertThat(result.firstBadSequence()).isNull();

    health.signed(30);
    assertThat(health.trouble()).isEmpty();
    assertThat(health.signedSize()).isEqualTo(30);
    assertThat(verified().verified()).isTrue();
  }

  @Test
  void aCheckpointOfSomebodyElseIsDamage() {
    signed(30);
    log.damaged = true;
    LogVerifier.Result result = verified();
    assertThat(result).isEqualTo(new LogVerifier.Result(false, 30, TreeHash.EMPTY.base64(), null));
    assertThat(log.recorded).containsExactly(false);
  }
}
