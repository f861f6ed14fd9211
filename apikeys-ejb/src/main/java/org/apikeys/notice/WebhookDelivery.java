package org.apikeys.notice;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One message to one webhook: pending until it is delivered, or dead when it was tried often
 * enough. A dead one can be sent again.
 */
@Entity
@Table(name = "webhook_delivery")
@NamedQuery(
    name = "WebhookDelivery.due",
    query =
        "SELECT d, w FROM WebhookDelivery d, Webhook w WHERE d.webhookId = w.id"
            + " AND d.dueAt <= :now AND w.active = TRUE AND w.id NOT IN :closed"
            + " AND w.organizationId NOT IN :full ORDER BY d.dueAt, d.id")
@NamedQuery(
    name = "WebhookDelivery.ofWebhook",
    query = "SELECT d FROM WebhookDelivery d WHERE d.webhookId = :webhook ORDER BY d.id DESC")
@NamedQuery(
    name = "WebhookDelivery.count",
    query = "SELECT COUNT(d) FROM WebhookDelivery d WHERE d.webhookId = :webhook")
@NamedQuery(
    name = "WebhookDelivery.forget",
    query =
        "DELETE FROM WebhookDelivery d WHERE d.createdAt < :before AND (d.dueAt IS NULL"
            + " OR d.webhookId IN (SELECT w.id FROM Webhook w WHERE w.active = FALSE))")
class WebhookDelivery {
  private static final int LONGEST_ERROR = 300;

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "webhook_delivery")
  @SequenceGenerator(
      name = "webhook_delivery",
      sequenceName = "webhook_delivery_id_seq",
      allocationSize = 1)
  private long id;

  @Column(name = "webhook_id")
  private long webhookId;

  @Column(name = "message_id")
  private String messageId;

  private String event;
  private String payload;
  private String status = "pending";
  private int attempts;

  @Column(name = "due_at")
  private @Nullable Instant dueAt;

  @Column(name = "response_status")
  private @Nullable Integer responseStatus;

  private @Nullable String error;

  @Column(name = "created_at")
  private Instant createdAt;

  @Column(name = "delivered_at")
  private @Nullable Instant deliveredAt;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected WebhookDelivery() {}

  @SuppressWarnings("NullAway.Init")
  WebhookDelivery(long webhookId, String messageId, String event, String payload, Instant now) {
    this.webhookId = webhookId;
    this.messageId = messageId;
    this.event = event;
    this.payload = payload;
    dueAt = now;
    createdAt = now;
  }

  void attempted(Outbox.Attempted outcome, Instant now) {
    responseStatus = outcome.status();
    error = cut(outcome.error());
    if (outcome.isDelivered()) {
      status = "delivered";
      deliveredAt = now;
      dueAt = null;
    } else {
      dueAt = Backoff.next(attempts, now).orElse(null);
      status = dueAt == null ? "dead" : "pending";
    }
    attempts++;
  }

  boolean isDead() {
    return status.equals("dead");
  }

  /** Tried anew from the beginning. */
  void resend(Instant now) {
    status = "pending";
    attempts = 0;
    dueAt = now;
  }

  private static @Nullable String cut(@Nullable String text) {
    return text == null || text.length() <= LONGEST_ERROR ? text : text.substring(0, LONGEST_ERROR);
  }

  long id() {
    return id;
  }

  long webhookId() {
    return webhookId;
  }

  String messageId() {
    return messageId;
  }

  String payload() {
    return payload;
  }

  Webhooks.DeliveryView view() {
    return new Webhooks.DeliveryView(
        id,
        messageId,
        event,
        status,
        attempts,
        responseStatus,
        error,
        createdAt,
        dueAt,
        deliveredAt);
  }
}
