package org.apikeys.notice;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.apikeys.notice.Outbox.Attempted;
import org.apikeys.notice.Outbox.Parcel;
import org.apikeys.store.Leases;

/**
 * Delivers what is due to webhooks, on one node at a time; each at least once. Receivers are
 * strangers: each is visited by a thread of its own, so that a slow one keeps no other waiting, and
 * one that does not answer is left alone for a while.
 */
@ApplicationScoped
public class WebhookSender {
  private static final System.Logger LOG = System.getLogger(WebhookSender.class.getName());
  private static final String LEASE = "webhook-delivery";
  private static final Duration LENGTH = Duration.ofSeconds(60);
  private static final int BATCH = 50;

  /** After that a receiver's turn ends, and the next that waits has one. */
  private static final Duration TURN = Duration.ofSeconds(5);

  private final Outbox outbox;
  private final Leases leases;
  private final Courier courier;
  private final Clock clock;
  private final Rounds rounds = new Rounds(System::nanoTime);

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

  /**
   * Begins to deliver what is due.
   *
   * @param threads visits receivers
   */
  public void run(Executor threads) {
    boolean begun = true;
    while (begun && rounds.isRoom() && leases.tryAcquire(LEASE, LENGTH)) {
      begun = false;
      List<Parcel> due = outbox.parcels(BATCH, rounds.closed(), rounds.fullOrganizations());
      Map<Long, List<Parcel>> byReceiver = new LinkedHashMap<>();
      for (Parcel parcel : due) {
        byReceiver.computeIfAbsent(parcel.webhookId(), id -> new ArrayList<>()).add(parcel);
      }
      for (List<Parcel> parcels : byReceiver.values()) {
        Parcel first = parcels.get(0);
        if (rounds.begin(first.webhookId(), first.organizationId())) {
          begun = true;
          visit(threads, first.webhookId(), parcels);
        }
      }
    }
  }

  private void visit(Executor threads, long webhook, List<Parcel> parcels) {
    try {
      threads.execute(() -> deliver(webhook, parcels));
    } catch (RuntimeException e) {
      rounds.end(webhook, true);
      throw e;
    }
  }

  private void deliver(long webhook, List<Parcel> parcels) {
    long began = System.nanoTime();
    boolean answers = true;
    try {
      for (Parcel parcel : parcels) {
        if (!answers
            || System.nanoTime() - began > TURN.toNanos()
            || !leases.tryAcquire(LEASE, LENGTH)) {
          return;
        }
        Attempted outcome = courier.deliver(parcel, clock.instant());
        answers = outcome.isAnswered();
        outbox.attempted(parcel.deliveryId(), outcome);
      }
    } catch (RuntimeException | Error e) {
      // the store is out of reach: what was delivered and not noted is delivered once more, soon
      answers = false;
      LOG.log(
          System.Logger.Level.WARNING,
          "Delivering to webhook {0} broke off: {1}",
          Long.toString(webhook),
          e.toString());
    } finally {
      rounds.end(webhook, answers);
    }
  }
}
