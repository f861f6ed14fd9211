package org.apikeys.audit;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.jspecify.annotations.Nullable;

/**
 * A purge of old records: one person asks for it, another one approves it, and then the records are
 * archived and go. Their hashes stay in the tree. Until then it can be refused, withdrawn, or left
 * until its time is over. An API key speaks for everybody who was handed its secret: nobody decides
 * with one what they asked for with another.
 */
@Entity
@Table(name = "audit_purge")
@NamedQuery(name = "AuditPurge.all", query = "SELECT p FROM AuditPurge p ORDER BY p.id DESC")
@NamedQuery(name = "AuditPurge.count", query = "SELECT COUNT(p) FROM AuditPurge p")
class AuditPurge {
  private static final String PENDING = "pending";
  private static final String FULFILLED = "fulfilled";
  private static final String REJECTED = "rejected";
  private static final String CANCELLED = "cancelled";
  private static final String EXPIRED = "expired";
  private static final Duration LIFE = Duration.ofDays(7);

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "audit_purge")
  @SequenceGenerator(name = "audit_purge", sequenceName = "audit_purge_id_seq", allocationSize = 1)
  private long id;

  @Column(name = "before_time")
  private Instant before;

  private String status = PENDING;

  @Column(name = "requested_by")
  private String requestedBy;

  @Column(name = "asked_by")
  private String askedBy;

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

  @Column(name = "closed_by")
  private @Nullable String closedBy;

  @Column(name = "closed_at")
  private @Nullable Instant closedAt;

  private @Nullable String reason;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected AuditPurge() {}

  AuditPurge(Caller caller, Collection<String> people, Instant before, Instant now) {
    this.before = before;
    requestedBy = caller.owner();
    askedBy = PeopleBehind.listed(people);
    requestedAt = now;
  }

  long id() {
    return id;
  }

  Instant before() {
    return before;
  }

  /**
   * A second person lets it happen.
   *
   * @param people for whom the caller speaks
   */
  void approve(Caller caller, Collection<String> people, Instant now) {
    requirePending(now);
    requireAnother(caller, people, "A purge is approved by another person than who asked.");
    status = FULFILLED;
    approvedBy = caller.owner();
    approvedAt = now;
  }

  /**
   * A second person does not let it happen.
   *
   * @param people for whom the caller speaks
   */
  void reject(Caller caller, Collection<String> people, String why, Instant now) {
    requirePending(now);
    requireAnother(
        caller,
        people,
        "A purge is rejected by another person than who asked; who asked cancels it.");
    close(REJECTED, caller, why, now);
  }

  /** Whoever asked for it withdraws it. */
  void cancel(Caller caller, Instant now) {
    requirePending(now);
    if (!requestedBy.equals(caller.owner())) {
      throw new ProblemException(
          ProblemType.FORBIDDEN, "A purge is cancelled by who asked for it; others reject it.");
    }
    close(CANCELLED, caller, null, now);
  }

  private void requireAnother(Caller caller, Collection<String> people, String rule) {
    if (isAskedBy(caller.owner())) {
      throw new ProblemException(ProblemType.SELF_APPROVAL, rule);
    }
    people.stream()
        .filter(this::isAskedBy)
        .findFirst()
        .ifPresent(
            person -> {
              throw new ProblemException(
                  ProblemType.SELF_APPROVAL,
                  rule
                      + (" " + person + " asked for this or held the key that asked, and speaks")
                      + " through the deciding credential, too: somebody else has to decide, in"
                      + " person or by a key that its owner has rotated.");
            });
  }

  private boolean isAskedBy(String person) {
    return requestedBy.equalsIgnoreCase(person) || PeopleBehind.isListed(askedBy, person);
  }

  private void close(String how, Caller caller, @Nullable String why, Instant now) {
    status = how;
    closedBy = caller.owner();
    closedAt = now;
    reason = why;
  }

  private void requirePending(Instant now) {
    String present = statusAt(now);
    if (!present.equals(PENDING)) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          present.equals(EXPIRED)
              ? "This purge was not decided in time; ask for another."
              : "This purge is decided already.");
    }
  }

  private String statusAt(Instant now) {
    return status.equals(PENDING) && !now.isBefore(requestedAt.plus(LIFE)) ? EXPIRED : status;
  }

  void purged(long first, long last, String file) {
    firstSequence = first;
    lastSequence = last;
    archive = file;
  }

  PurgeView view(Instant now) {
    return new PurgeView(
        id,
        "purge",
        statusAt(now),
        before,
        requestedBy,
        requestedAt,
        requestedAt.plus(LIFE),
        1,
        approvedBy,
        approvedAt,
        firstSequence,
        lastSequence,
        archive,
        closedBy,
        closedAt,
        reason);
  }
}
