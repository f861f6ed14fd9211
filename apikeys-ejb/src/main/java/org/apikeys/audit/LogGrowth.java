package org.apikeys.audit;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apikeys.api.audit.Checkpoint;
import org.apikeys.api.audit.MerkleTree;
import org.apikeys.api.audit.SignedNote;
import org.apikeys.api.audit.TreeHash;
import org.apikeys.audit.LogStore.Head;
import org.apikeys.audit.LogStore.StoredCheckpoint;
import org.apikeys.audit.LogStore.StoredLeaf;
import org.apikeys.crypto.KeyMaterial;
import org.apikeys.crypto.LogKeys;
import org.apikeys.store.Leases;

/**
 * Takes numbered records into the tree and signs its root. It never signs what it has not seen: new
 * leaves are hashed from their stored bytes, and the stored hashes that they are put behind must
 * still give the root that was signed before. A log that is shorter than its last checkpoint, or
 * another one, is not signed.
 */
@Stateless
public class LogGrowth {
  static final int BATCH = 1_000;

  /** The sequencer's lease: who numbers also signs. */
  private static final String LEASE = "audit-sequencer";

  private static final Duration LEASE_LENGTH = Duration.ofSeconds(10);
  private static final Duration CHECKPOINTS_KEPT = Duration.ofDays(7);

  private final LogStore log;
  private final Tiles tiles;
  private final CheckpointMemory memory;
  private final Anchors anchors;
  private final KeyMaterial keys;
  private final LogHealth health;
  private final Leases leases;
  private final Clock clock;

  @Inject
  public LogGrowth(
      LogStore log,
      Tiles tiles,
      CheckpointMemory memory,
      Anchors anchors,
      KeyMaterial keys,
      LogHealth health,
      Leases leases,
      Clock clock) {
    this.log = log;
    this.tiles = tiles;
    this.memory = memory;
    this.anchors = anchors;
    this.keys = keys;
    this.health = health;
    this.leases = leases;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public LogGrowth() {
    log = null;
    tiles = null;
    memory = null;
    anchors = null;
    keys = null;
    health = null;
    leases = null;
    clock = null;
  }

  /**
   * Takes one batch into the tree and signs.
   *
   * @return whether more may be waiting
   * @throws DamagedLogException when there is something that is not signed; nothing is changed then
   */
  public boolean advance() {
    if (isIdle() || !leases.tryAcquire(LEASE, LEASE_LENGTH)) {
      return false;
    }
    return step(log.head());
  }

  /** Forgets old checkpoints; any of them can be signed again from the tree. */
  public void prune() {
    log.forgetCheckpointsBefore(clock.millis() - CHECKPOINTS_KEPT.toMillis());
  }

  /** Nothing is new, and the last checkpoint is under the present key. */
  private boolean isIdle() {
    Head head = log.head();
    if (head.treeSize() != head.lastSequence()
        || health.trouble().isPresent()
        || anchors.unchecked().isPresent()) {
      return false;
    }
    Optional<String> last = memory.last();
    return last.isEmpty()
        ? head.treeSize() == 0
        : health.signedSize() == head.treeSize() && head.treeSize() > 0;
  }

  private boolean step(Head head) {
    Optional<Checkpoint> anchored =
        anchors.unchecked().map(note -> read(note, "the anchored checkpoint"));
    Optional<Checkpoint> signed = larger(signed(), anchored);
    long size = signed.map(Checkpoint::size).orElse(0L);
    if (head.lastSequence() < size) {
      throw new DamagedLogException(
          "the database has "
              + head.lastSequence()
              + " records, and "
              + size
              + " were signed: it is an older one");
    }
    boolean behind = head.treeSize() < size;
    if (!behind && signed.isPresent()) {
      TreeHash root = new MerkleTree(tiles.reader()).root(size);
      if (!root.equals(signed.get().root())) {
        throw new DamagedLogException(
            "the first " + size + " records are not those that were signed");
      }
    }
    if (!behind && anchored.isPresent()) {
      if (!new MerkleTree(tiles.reader())
          .root(anchored.get().size())
          .equals(anchored.get().root())) {
        throw new DamagedLogException(
            "the first " + anchored.get().size() + " records are not those that were anchored");
      }
      anchors.checked();
    }
    long most = behind ? size - head.treeSize() : BATCH;
    long grown = grow(head, (int) Math.min(most, BATCH));
    if (behind) {
      return true;
    }
    sign(grown);
    return grown < log.head().lastSequence();
  }

  /**
   * The largest checkpoint that is known to have been signed, by this node's memory or by the
   * store.
   */
  private Optional<Checkpoint> signed() {
    Optional<Checkpoint> remembered =
        memory.last().map(note -> read(note, "the remembered checkpoint"));
    Optional<Checkpoint> stored =
        log.latestCheckpoint().map(row -> read(row.note(), "the stored checkpoint"));
    if (remembered.isPresent()
        && stored.isPresent()
        && remembered.get().size() == stored.get().size()
        && !remembered.get().equals(stored.get())) {
      throw new DamagedLogException("two checkpoints of one size differ");
    }
    return larger(remembered, stored);
  }

  private static Optional<Checkpoint> larger(Optional<Checkpoint> one, Optional<Checkpoint> other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.or(() -> other);
    }
    return one.get().size() > other.get().size() ? one : other;
  }

  private Checkpoint read(String note, String what) {
    try {
      SignedNote signed = SignedNote.parse(note);
      if (signed.verifiedBy(keys.log().published()).isEmpty()) {
        throw new DamagedLogException(
            what + " was signed with a key that is not in the key file, or was changed");
      }
      return Checkpoint.parse(signed.text());
    } catch (IllegalArgumentException e) {
      throw new DamagedLogException(what + " can't be read: " + e.getMessage());
    }
  }

  private long grow(Head head, int most) {
    List<TreeHash> hashes = new ArrayList<>();
    long sequence = head.treeSize();
    for (StoredLeaf leaf : log.leavesAfter(sequence, most)) {
      sequence++;
      if (leaf.sequence() != sequence) {
        throw new DamagedLogException("record " + sequence + " is missing");
      }
      if (!leaf.isAsNoted()) {
        throw new DamagedLogException("record " + sequence + " was changed");
      }
      hashes.add(leaf.hash());
    }
    if (!hashes.isEmpty()) {
      tiles.append(head.treeSize(), hashes);
      log.grown(head.treeSize(), sequence);
    }
    return sequence;
  }

  private void sign(long size) {
    LogKeys signing = keys.log();
    TreeHash root = new MerkleTree(tiles.reader()).root(size);
    String note =
        SignedNote.sign(new Checkpoint(signing.origin(), size, root).text(), signing.signers());
    // remembered first: what others may come to see is never forgotten
    memory.remember(note);
    log.store(new StoredCheckpoint(size, note), clock.millis());
    health.signed(size);
  }
}
