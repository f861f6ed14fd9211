package org.apikeys.request;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A recertification: opened over a selection of keys, it reminds, and closes when its time is over;
 * what nobody confirmed by then is disabled.
 */
@Entity
@Table(name = "campaign")
@NamedQuery(
    name = "Campaign.overdue",
    query = "SELECT c.id FROM Campaign c WHERE c.status = 'open' AND c.dueAt <= :now")
@NamedQuery(
    name = "Campaign.toRemind",
    query =
        "SELECT c.id FROM Campaign c WHERE c.status = 'open' AND c.remindAt <= :now"
            + " AND c.dueAt > :now")
class Campaign {
  static final String OPEN = "open";
  static final String CLOSED = "closed";

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "campaign")
  @SequenceGenerator(name = "campaign", sequenceName = "campaign_id_seq", allocationSize = 1)
  private long id;

  @Column(name = "organization_id")
  private long organizationId;

  private String name;
  private String selection;
  private String status = OPEN;

  /** How many keys it asks about; that never changes. */
  private long total;

  @Column(name = "due_at")
  private Instant dueAt;

  @Column(name = "remind_at")
  private @Nullable Instant remindAt;

  @Column(name = "created_by")
  private String createdBy;

  @Column(name = "created_at")
  private Instant createdAt;

  @Column(name = "closed_at")
  private @Nullable Instant closedAt;

  @Version private long version;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected Campaign() {}

  @SuppressWarnings("NullAway.Init")
  Campaign(
      long organizationId,
      String name,
      String selection,
      long total,
      Instant dueAt,
      String createdBy,
      Instant now) {
    this.organizationId = organizationId;
    this.name = name;
    this.selection = selection;
    this.total = total;
    this.dueAt = dueAt;
    this.createdBy = createdBy;
    createdAt = now;
    // half the time is left then
    remindAt = now.plus(Duration.between(now, dueAt).dividedBy(2));
  }

  void reminded() {
    remindAt = null;
  }

  void close(Instant now) {
    status = CLOSED;
    closedAt = now;
    remindAt = null;
  }

  /** Whether keys can still be confirmed; one whose time is over is as good as closed. */
  boolean isOpen(Instant now) {
    return status.equals(OPEN) && dueAt.isAfter(now);
  }

  boolean isClosed() {
    return status.equals(CLOSED);
  }

  long id() {
    return id;
  }

  long organizationId() {
    return organizationId;
  }

  String name() {
    return name;
  }

  String selection() {
    return selection;
  }

  String status() {
    return status;
  }

  long total() {
    return total;
  }

  Instant dueAt() {
    return dueAt;
  }

  @Nullable Instant remindAt() {
    return remindAt;
  }

  String createdBy() {
    return createdBy;
  }

  Instant createdAt() {
    return createdAt;
  }

  @Nullable Instant closedAt() {
    return closedAt;
  }

  long version() {
    return version;
  }
}
