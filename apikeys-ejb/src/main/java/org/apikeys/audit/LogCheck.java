package org.apikeys.audit;

import static jakarta.ejb.TransactionAttributeType.REQUIRES_NEW;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.inject.Inject;
import java.util.List;
import org.apikeys.api.audit.Action;
import org.apikeys.api.audit.Checkpoint;
import org.apikeys.api.audit.MerkleTree;
import org.apikeys.api.audit.SignedNote;
import org.apikeys.api.audit.TreeHash;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.LogStore.StoredCheckpoint;
import org.apikeys.audit.LogStore.StoredLeaf;
import org.apikeys.crypto.KeyMaterial;

/** Reads the log for {@link LogVerifier}, each part in a transaction of its own. */
@Stateless
@RolesAllowed(ManagementScope.AUDIT_READ)
@TransactionAttribute(REQUIRES_NEW)
public class LogCheck {
  static final int PAGE = 1_000;

  private final LogStore log;
  private final Tiles tiles;
  private final KeyMaterial keys;
  private final AuditLog records;

  @Inject
  public LogCheck(LogStore log, Tiles tiles, KeyMaterial keys, AuditLog records) {
    this.log = log;
    this.tiles = tiles;
    this.keys = keys;
    this.records = records;
  }

  @SuppressWarnings("NullAway")
  public LogCheck() {
    log = null;
    tiles = null;
    keys = null;
    records = null;
  }

  /** The last checkpoint, or an empty one; throws when its signature does not hold. */
  public Checkpoint latest() {
    return log.latestCheckpoint()
        .map(this::read)
        .orElseGet(() -> new Checkpoint(keys.log().origin(), 0, TreeHash.EMPTY));
  }

  /** Up to this sequence only hashes are left. */
  public long purgedThrough() {
    return log.purgedThrough();
  }

  public long treeSize() {
    return log.head().treeSize();
  }

  /** The next checkpoints from a size on. */
  public List<Checkpoint> checkpointsFrom(long size) {
    return log.checkpointsFrom(size, PAGE).stream().map(this::read).toList();
  }

  private Checkpoint read(StoredCheckpoint stored) {
    try {
      SignedNote note = SignedNote.parse(stored.note());
      if (note.verifiedBy(keys.log().published()).isPresent()) {
        return Checkpoint.parse(note.text());
      }
    } catch (IllegalArgumentException e) {
      // told below, like a signature that does not hold
    }
    throw new DamagedLogException("a stored checkpoint is not one of ours");
  }

  /** Records behind a sequence, in order. */
  public List<StoredLeaf> leavesAfter(long sequence) {
    return log.leavesAfter(sequence, PAGE);
  }

  /** The stored leaf hashes of a tile. */
  public List<TreeHash> tile(long index) {
    return tiles.leaves(index);
  }

  /** The root that the stored hashes give. */
  public TreeHash storedRoot(long size) {
    return new MerkleTree(tiles.reader()).root(size);
  }

  /** Records that the log was checked. */
  public void record(Caller caller, boolean sound) {
    records.record(
        AuditEntry.of(caller, Action.AUDIT_VERIFIED).because(sound ? "sound" : "damaged"));
  }
}
