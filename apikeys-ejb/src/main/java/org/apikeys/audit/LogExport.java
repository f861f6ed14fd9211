package org.apikeys.audit;

import static jakarta.ejb.TransactionAttributeType.REQUIRES_NEW;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apikeys.api.audit.Action;
import org.apikeys.api.audit.MerkleTree;
import org.apikeys.api.audit.NoteKey;
import org.apikeys.api.audit.SignedNote;
import org.apikeys.api.audit.SubtreeHashes;
import org.apikeys.api.audit.TreeHash;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.LogStore.StoredCheckpoint;
import org.apikeys.crypto.KeyMaterial;
import org.jspecify.annotations.Nullable;

/**
 * Hands records out page by page, each page in a transaction of its own, so that whatever is taken
 * away is never whole in memory.
 */
@Stateless
@RolesAllowed(ManagementScope.AUDIT_EXPORT)
@TransactionAttribute(REQUIRES_NEW)
public class LogExport {
  static final int PAGE = 500;

  private final AuditRecords records;
  private final RecordViews views;
  private final LogStore log;
  private final Tiles tiles;
  private final AuditLog audit;
  private final KeyMaterial keys;

  @Inject
  public LogExport(
      AuditRecords records,
      RecordViews views,
      LogStore log,
      Tiles tiles,
      AuditLog audit,
      KeyMaterial keys) {
    this.records = records;
    this.views = views;
    this.log = log;
    this.tiles = tiles;
    this.audit = audit;
    this.keys = keys;
  }

  @SuppressWarnings("NullAway")
  public LogExport() {
    records = null;
    views = null;
    log = null;
    tiles = null;
    audit = null;
    keys = null;
  }

  /**
   * What will be handed out.
   *
   * @param upTo the last sequence that belongs to it
   * @param count how many records there are
   */
  public record Extent(long upTo, long count) {}

  /**
   * A record on its way out.
   *
   * @param shown the record as the API shows it
   * @param leaf its exact bytes, base64
   */
  public record Line(long sequence, JsonNode shown, String leaf) {}

  /** That a record is in the tree. */
  public record Proof(long sequence, String leafHash, List<String> hashes) {
    public Proof {
      hashes = List.copyOf(hashes);
    }
  }

  /** Begins an export: what is recorded from now on does not belong to it. */
  public Extent begin(Caller caller, Selection selection, ExportFormat format) {
    long upTo = log.head().lastSequence();
    long count = records.count(selection, seenBy(caller), upTo);
    audit.record(
        selection.noted(
            AuditEntry.of(caller, Action.AUDIT_EXPORTED)
                .on("audit", format.word(), count + " records"),
            count));
    return new Extent(upTo, count);
  }

  /** Begins an evidence pack: the signed note over what belongs to it. */
  public String beginEvidence(Caller caller, Selection selection, long most) {
    StoredCheckpoint latest = latest();
    long count = records.count(selection, seenBy(caller), latest.size());
    if (count > most) {
      throw ProblemException.invalid(
          "from",
          "leaves " + count + " records, and a pack has at most " + most + "; narrow the period");
    }
    audit.record(
        selection.noted(
            AuditEntry.of(caller, Action.AUDIT_EVIDENCED)
                .on("audit", "evidence", count + " records"),
            count));
    return latest.note();
  }

  /** The last checkpoint. */
  public String latestNote() {
    return latest().note();
  }

  private StoredCheckpoint latest() {
    return log.latestCheckpoint()
        .orElseThrow(() -> ProblemException.notFound("checkpoint: the log is empty"));
  }

  /** The next records behind a sequence. */
  public List<Line> page(
      Caller caller, Selection selection, long after, long upTo, boolean readable) {
    List<AuditRecord> found = records.inOrder(selection, seenBy(caller), after, upTo, PAGE);
    List<JsonNode> shown = readable ? views.shown(found) : views.sealed(found);
    List<Line> lines = new ArrayList<>(found.size());
    for (int i = 0; i < found.size(); i++) {
      AuditRecord record = found.get(i);
      lines.add(
          new Line(
              record.sequence(), shown.get(i), Base64.getEncoder().encodeToString(record.leaf())));
    }
    return lines;
  }

  /** Proofs of the next records behind a sequence, for the tree of this size. */
  public List<Proof> proofs(Caller caller, Selection selection, long after, long upTo, long size) {
    SubtreeHashes stored = tiles.reader();
    MerkleTree tree = new MerkleTree(stored);
    List<Proof> proofs = new ArrayList<>();
    for (AuditRecord record : records.inOrder(selection, seenBy(caller), after, upTo, PAGE)) {
      long leaf = record.sequence() - 1;
      proofs.add(
          new Proof(
              record.sequence(),
              stored.at(0, leaf).base64(),
              tree.inclusion(leaf, size).stream().map(TreeHash::base64).toList()));
    }
    return proofs;
  }

  /** The keys that the log is signed with, the present one first. */
  public List<NoteKey> publicKeys() {
    return keys.log().published();
  }

  /** A signed note with this text. */
  public String sign(String text) {
    return SignedNote.sign(text, keys.log().signers());
  }

  private static @Nullable Long seenBy(Caller caller) {
    return caller.organizationId() == Caller.DEFAULT_ORGANIZATION ? null : caller.organizationId();
  }
}
