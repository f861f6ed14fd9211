package org.apikeys.notice;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An address that is told of events, and the secret that its messages are signed with. */
@Entity
@Table(name = "webhook")
@NamedQuery(
    name = "Webhook.active",
    query =
        "SELECT w FROM Webhook w WHERE w.organizationId = :organization AND w.active = TRUE"
            + " AND w.deletedAt IS NULL")
class Webhook {
  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "webhook")
  @SequenceGenerator(name = "webhook", sequenceName = "webhook_id_seq", allocationSize = 1)
  private long id;

  @Column(name = "organization_id")
  private long organizationId;

  private String url;
  private String events;

  @Column(name = "sealed_secret")
  private byte[] sealedSecret = new byte[0];

  @Column(name = "is_active")
  private boolean active;

  @Column(name = "deleted_at")
  private @Nullable Instant deletedAt;

  @Column(name = "created_by")
  private String createdBy;

  @Column(name = "created_at")
  private Instant createdAt;

  @Column(name = "updated_at")
  private Instant updatedAt;

  @Version private long version;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected Webhook() {}

  @SuppressWarnings("NullAway.Init")
  Webhook(long organizationId, String createdBy, Instant now) {
    this.organizationId = organizationId;
    this.createdBy = createdBy;
    createdAt = now;
  }

  /** What the sealed secret is bound to. */
  static String sealedFor(long id) {
    return "webhook-" + id;
  }

  void configure(String newUrl, List<String> newEvents, boolean isActive, Instant now) {
    url = newUrl;
    events = String.join(",", newEvents);
    active = isActive;
    updatedAt = now;
  }

  void seal(byte[] secret) {
    sealedSecret = secret.clone();
  }

  void delete(Instant now) {
    deletedAt = now;
    active = false;
    updatedAt = now;
  }

  /** Whether it is to be told: {@code key.created}, {@code key.*} and {@code *} name an event. */
  boolean wants(String event) {
    return events().stream()
        .anyMatch(
            one ->
                one.equals("*")
                    || one.equals(event)
                    || (one.endsWith(".*")
                        && event.startsWith(one.substring(0, one.length() - 1))));
  }

  boolean isDeleted() {
    return deletedAt != null;
  }

  long id() {
    return id;
  }

  long organizationId() {
    return organizationId;
  }

  String url() {
    return url;
  }

  List<String> events() {
    return List.of(events.split(",", -1));
  }

  byte[] sealedSecret() {
    return sealedSecret.clone();
  }

  boolean isActive() {
    return active;
  }

  long version() {
    return version;
  }

  Webhooks.View view() {
    return new Webhooks.View(id, url, events(), active, createdBy, createdAt, updatedAt, version);
  }
}
