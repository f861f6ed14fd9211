package org.apikeys.audit;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import java.time.Instant;
import org.apikeys.api.tenant.Caller;
import org.jspecify.annotations.Nullable;

/**
 * Records that somebody has to keep, whatever retention and erasure say: those of a subject or of
 * all, of a period or of all times. It stands until it is lifted.
 */
@Entity
@Table(name = "legal_hold")
@NamedQuery(name = "LegalHold.all", query = "SELECT h FROM LegalHold h ORDER BY h.id")
@NamedQuery(
    name = "LegalHold.ofOrganization",
    query = "SELECT h FROM LegalHold h WHERE h.organizationId = :organization ORDER BY h.id")
class LegalHold {
  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "legal_hold")
  @SequenceGenerator(name = "legal_hold", sequenceName = "legal_hold_id_seq", allocationSize = 1)
  private long id;

  @Column(name = "organization_id")
  private long organizationId;

  private String name;
  private String reason;
  private @Nullable String subject;

  @Column(name = "from_time")
  private @Nullable Instant from;

  @Column(name = "to_time")
  private @Nullable Instant to;

  @Column(name = "created_by")
  private String createdBy;

  @Column(name = "created_at")
  private Instant createdAt;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected LegalHold() {}

  LegalHold(Caller caller, HoldOrder order, Instant now) {
    organizationId = caller.organizationId();
    name = order.name();
    reason = order.reason();
    subject = order.subject();
    from = order.from();
    to = order.to();
    createdBy = caller.name();
    createdAt = now;
  }

  long id() {
    return id;
  }

  String name() {
    return name;
  }

  boolean isVisibleTo(Caller caller) {
    return caller.organizationId() == Caller.DEFAULT_ORGANIZATION
        || caller.organizationId() == organizationId;
  }

  long organizationId() {
    return organizationId;
  }

  /** Whether it keeps the records of every organization. */
  boolean isOfAll() {
    return organizationId == Caller.DEFAULT_ORGANIZATION;
  }

  boolean holds(String someone) {
    return subject == null || subject.equals(someone);
  }

  /** Whether records from before this time are held. */
  boolean holdsBefore(Instant time) {
    return from == null || from.isBefore(time);
  }

  @Nullable String subject() {
    return subject;
  }

  @Nullable Instant from() {
    return from;
  }

  @Nullable Instant to() {
    return to;
  }

  HoldView view() {
    return new HoldView(id, name, reason, subject, from, to, organizationId, createdBy, createdAt);
  }
}
