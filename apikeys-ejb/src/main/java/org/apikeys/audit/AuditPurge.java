package org.apikeys.audit;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import java.time.Instant;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.jspecify.annotations.Nullable;

/**
 * A purge of old records: one person asks for it, another one approves it, and then the records are
 * archived and go. Their hashes stay in the tree.
 */
@Entity
@Table(name = "audit_purge")
class AuditPurge {
  private static final String PENDING = "pending";
  private static final String FULFILLED = "fulfilled";

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "audit_purge")
  @SequenceGenerator(name = "audit_purge", sequenceName = "audit_purge_id_seq", allocationSize = 1)
  private long id;

  @Column(name = "before_time")
  private Instant before;

  private String status = PENDING;

  @Column(name = "requested_by")
  private String requestedBy;

  @Column(name = "requested_at")
  private Instant requestedAt;

  @Column(name = "approved_by")
  private @Nullable String approvedBy;

  @Column(name = "approved_at")
  private @Nullable Instant approvedAt;

  @Column(name = "first_sequence")
  private @Nullable Long firstSequence;

  @Column(name = "last_sequence")
  private @Nullable Long lastSequence;

  private @Nullable String archive;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected AuditPurge() {}

  AuditPurge(Caller caller, Instant before, Instant now) {
    this.before = before;
    requestedBy = caller.owner();
    requestedAt = now;
  }

  long id() {
    return id;
  }

  Instant before() {
    return before;
  }

  /** A second person lets it happen. */
  void approve(Caller caller, Instant now) {
    if (!status.equals(PENDING)) {
      throw new ProblemException(ProblemType.CONFLICT, "This purge is decided already.");
    }
    if (requestedBy.equals(caller.owner())) {
      throw new ProblemException(
          ProblemType.SELF_APPROVAL, "A purge is approved by another person than who asked.");
    }
    status = FULFILLED;
    approvedBy = caller.owner();
    approvedAt = now;
  }

  void purged(long first, long last, String file) {
    firstSequence = first;
    lastSequence = last;
    archive = file;
  }

  PurgeView view() {
    return new PurgeView(
        id,
        "purge",
        status,
        before,
        requestedBy,
        requestedAt,
        1,
        approvedBy,
        approvedAt,
        firstSequence,
        lastSequence,
        archive);
  }
}
