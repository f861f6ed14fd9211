package org.apikeys.notice;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apikeys.api.alert.AlertKind;
import org.apikeys.api.alert.Concern;
import org.apikeys.audit.Retention;
import org.apikeys.crypto.KeyMaterial;
import org.apikeys.crypto.Secret;
import org.jspecify.annotations.Nullable;

/** What waits to be sent; each step is a transaction of its own. */
@Stateless
@PermitAll
public class Outbox {
  private static final Duration DELIVERIES_KEPT = Duration.ofDays(90);

  private final Notices notices;
  private final Hooks hooks;
  private final KeyMaterial material;
  private final Retention retention;
  private final Event<Concern> concerns;
  private final Clock clock;

  @Inject
  public Outbox(
      Notices notices,
      Hooks hooks,
      KeyMaterial material,
      Retention retention,
      Event<Concern> concerns,
      Clock clock) {
    this.concerns = concerns;
    this.notices = notices;
    this.hooks = hooks;
    this.material = material;
    this.retention = retention;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public Outbox() {
    notices = null;
    hooks = null;
    material = null;
    retention = null;
    concerns = null;
    clock = null;
  }

  /** A mail as it is sent. */
  public record Letter(long id, String recipient, String title, String body, Instant at) {
    @Override
    public String toString() {
      return "Letter[" + id + "]";
    }
  }

  /** A message as it is sent to a webhook. */
  public record Parcel(
      long deliveryId,
      long webhookId,
      long organizationId,
      String messageId,
      String url,
      Secret secret,
      String payload) {}

  /** How an attempt ended. */
  public record Attempted(@Nullable Integer status, @Nullable String error) {
    boolean isDelivered() {
      return error == null;
    }

    /** Whether there was any answer, be it a refusal. */
    boolean isAnswered() {
      return status != null;
    }
  }

  public List<Letter> letters(int most) {
    return notices.dueMails(clock.instant(), most).stream()
        .map(
            mail ->
                new Letter(
                    mail.id(), mail.recipient(), mail.title(), mail.body(), mail.createdAt()))
        .toList();
  }

  /** Notes how sending a mail ended. */
  public void mailed(long id, boolean sent) {
    notices
        .mail(id)
        .ifPresent(
            mail -> {
              if (sent) {
                notices.remove(mail);
              } else {
                mail.failed(clock.instant());
              }
            });
  }

  /**
   * What is to be delivered now.
   *
   * @param closed webhooks that are left out
   * @param fullOrganizations organizations whose webhooks are left out
   */
  public List<Parcel> parcels(int most, Set<Long> closed, Set<Long> fullOrganizations) {
    return hooks.due(clock.instant(), most, closed, fullOrganizations).stream()
        .map(
            due ->
                new Parcel(
                    due.delivery().id(),
                    due.webhook().id(),
                    due.webhook().organizationId(),
                    due.delivery().messageId(),
                    due.webhook().url(),
                    material
                        .sealing()
                        .open(due.webhook().sealedSecret(), Webhook.sealedFor(due.webhook().id())),
                    due.delivery().payload()))
        .toList();
  }

  /** Notes how an attempt at a delivery ended. */
  public void attempted(long deliveryId, Attempted outcome) {
    hooks
        .delivery(deliveryId)
        .ifPresent(
            delivery -> {
              delivery.attempted(outcome, clock.instant());
              if (delivery.isDead()) {
                hooks.byId(delivery.webhookId()).ifPresent(this::tellOfDeath);
              }
            });
  }

  private void tellOfDeath(Webhook webhook) {
    concerns.fire(
        Concern.about(
            webhook.organizationId(),
            AlertKind.WEBHOOK_UNDELIVERABLE,
            "webhook-" + webhook.id(),
            "A message to the webhook "
                + webhook.id()
                + " ("
                + URI.create(webhook.url()).getHost()
                + ") was given up after many attempts; it can be sent again."));
  }

  /** Forgets what nobody looks at any more. */
  public void prune() {
    Instant now = clock.instant();
    notices.forget(retention.cutoff(Retention.NOTICES));
    hooks.forget(now.minus(DELIVERIES_KEPT));
  }
}
