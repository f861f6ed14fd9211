package org.apikeys.notice;

import static jakarta.ejb.TransactionAttributeType.NOT_SUPPORTED;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import org.apikeys.notice.Outbox.Parcel;
import org.apikeys.store.Leases;

/** Delivers what is due to webhooks, on one node at a time; each at least once. */
@Stateless
@PermitAll
@TransactionAttribute(NOT_SUPPORTED)
public class WebhookSender {
  private static final String LEASE = "webhook-delivery";
  private static final Duration LENGTH = Duration.ofSeconds(60);
  private static final int BATCH = 50;

  private final Outbox outbox;
  private final Leases leases;
  private final Courier courier;
  private final Clock clock;

  @Inject
  public WebhookSender(Outbox outbox, Leases leases, Courier courier, Clock clock) {
    this.outbox = outbox;
    this.leases = leases;
    this.courier = courier;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected WebhookSender() {
    outbox = null;
    leases = null;
    courier = null;
    clock = null;
  }

  /** Delivers what is due. */
  public void run() {
    if (!leases.tryAcquire(LEASE, LENGTH)) {
      return;
    }
    for (Parcel parcel : outbox.parcels(BATCH)) {
      if (!leases.tryAcquire(LEASE, LENGTH)) {
        return;
      }
      outbox.attempted(parcel.deliveryId(), courier.deliver(parcel, clock.instant()));
    }
  }
}
