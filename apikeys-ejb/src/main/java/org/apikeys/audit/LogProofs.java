package org.apikeys.audit;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.List;
import org.apikeys.api.audit.Checkpoint;
import org.apikeys.api.audit.MerkleProof;
import org.apikeys.api.audit.MerkleTree;
import org.apikeys.api.audit.NoteKey;
import org.apikeys.api.audit.SignedNote;
import org.apikeys.api.audit.TreeHash;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.LogStore.StoredCheckpoint;
import org.apikeys.crypto.KeyMaterial;
import org.apikeys.crypto.LogKeys;
import org.jspecify.annotations.Nullable;

/**
 * What lets others check the log without trusting this system: checkpoints, proofs, leaves and
 * public keys. Looking at these is not recorded.
 */
@Stateless
@RolesAllowed(ManagementScope.AUDIT_READ)
public class LogProofs {
  private final LogStore log;
  private final Tiles tiles;
  private final AuditRecords records;
  private final KeyMaterial keys;
  private final LogHealth health;

  @Inject
  public LogProofs(
      LogStore log, Tiles tiles, AuditRecords records, KeyMaterial keys, LogHealth health) {
    this.log = log;
    this.tiles = tiles;
    this.records = records;
    this.keys = keys;
    this.health = health;
  }

  @SuppressWarnings("NullAway")
  public LogProofs() {
    log = null;
    tiles = null;
    records = null;
    keys = null;
    health = null;
  }

  /**
   * That a record is in the log.
   *
   * @param leafIndex from 0
   * @param treeSize the size of the tree that it is shown for
   * @param leafHash base64
   * @param hashes the audit path of RFC 6962 section 2.1.1, base64
   */
  public record Inclusion(long leafIndex, long treeSize, String leafHash, List<String> hashes) {
    public Inclusion {
      hashes = List.copyOf(hashes);
    }
  }

  /** That a smaller tree is the beginning of a larger one: RFC 6962 section 2.1.2, base64. */
  public record Consistency(long from, long to, List<String> hashes) {
    public Consistency {
      hashes = List.copyOf(hashes);
    }
  }

  /**
   * A signed note.
   *
   * @param size of the tree; null for the last one that was signed
   */
  public String checkpoint(@Nullable Long size) {
    StoredCheckpoint latest = latest();
    if (size == null || size == latest.size()) {
      return latest.note();
    }
    requireSize("size", size, latest);
    return signAgain(size, Checkpoint.parse(SignedNote.parse(latest.note()).text()));
  }

  /** A smaller tree is signed again only as a proven part of the last one that was signed. */
  private String signAgain(long size, Checkpoint latest) {
    MerkleTree tree = new MerkleTree(tiles.reader());
    TreeHash root = tree.root(size);
    boolean proven =
        MerkleProof.isConsistent(
            size, root, latest.size(), latest.root(), tree.consistency(size, latest.size()));
    if (!proven || health.trouble().isPresent()) {
      throw new ProblemException(
          ProblemType.CONFLICT, "The log is not signed, since it is not what was signed before.");
    }
    LogKeys signing = keys.log();
    return SignedNote.sign(new Checkpoint(signing.origin(), size, root).text(), signing.signers());
  }

  /**
   * Shows that a record is in the log.
   *
   * @param leaf index from 0
   * @param size of the tree; null for the last one that was signed
   */
  public Inclusion inclusion(Caller caller, long leaf, @Nullable Long size) {
    StoredCheckpoint latest = latest();
    long treeSize = size == null ? latest.size() : requireSize("size", size, latest);
    if (leaf < 0 || leaf >= treeSize) {
      throw ProblemException.invalid("leaf", "is an index from 0 to " + (treeSize - 1));
    }
    requireVisible(caller, leaf + 1);
    MerkleTree tree = new MerkleTree(tiles.reader());
    return new Inclusion(
        leaf,
        treeSize,
        tiles.reader().at(0, leaf).base64(),
        base64(tree.inclusion(leaf, treeSize)));
  }

  /** Shows that the log of one size is the beginning of the log of another. */
  public Consistency consistency(long from, @Nullable Long to) {
    StoredCheckpoint latest = latest();
    long last = to == null ? latest.size() : requireSize("to", to, latest);
    if (from < 1 || from > last) {
      throw ProblemException.invalid("from", "is a size from 1 to " + last);
    }
    return new Consistency(
        from, last, base64(new MerkleTree(tiles.reader()).consistency(from, last)));
  }

  /** The exact bytes that were hashed; of another organization's record there are none. */
  public byte[] leaf(Caller caller, long sequence) {
    return visible(caller, sequence).leaf();
  }

  /** The verifier keys, the present one first. */
  public List<NoteKey> publicKeys() {
    return keys.log().published();
  }

  private StoredCheckpoint latest() {
    return log.latestCheckpoint()
        .orElseThrow(() -> ProblemException.notFound("checkpoint: the log is empty"));
  }

  private static long requireSize(String field, long size, StoredCheckpoint latest) {
    if (size < 1 || size > latest.size()) {
      throw ProblemException.invalid(field, "is a size from 1 to " + latest.size());
    }
    return size;
  }

  private void requireVisible(Caller caller, long sequence) {
    if (caller.organizationId() != Caller.DEFAULT_ORGANIZATION) {
      visible(caller, sequence);
    }
  }

  private AuditRecord visible(Caller caller, long sequence) {
    return records
        .bySequence(sequence)
        .filter(record -> record.isVisibleTo(caller))
        .orElseThrow(() -> ProblemException.notFound("audit record"));
  }

  private static List<String> base64(List<TreeHash> hashes) {
    return hashes.stream().map(TreeHash::base64).toList();
  }
}
