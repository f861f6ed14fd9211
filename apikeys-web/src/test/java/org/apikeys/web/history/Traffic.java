package org.apikeys.web.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apikeys.web.history.KeyModel.Read;
import org.apikeys.web.history.KeyModel.Rotated;
import org.apikeys.web.history.KeyModel.Switched;
import org.apikeys.web.history.KeyModel.Verified;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Tenant;

/**
 * Clients that change keys, read them and have them decided about at the same time, by way of each
 * node, and that call with a key that has a limit and with one that has credits. What they saw is
 * judged afterwards.
 */
final class Traffic implements AutoCloseable {
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final Duration NOW_AND_THEN = Duration.ofMillis(100);
  private static final Duration SELDOM = Duration.ofMillis(250);

  private final Clients clients = new Clients();
  private final List<Recorder> recorders = new ArrayList<>();
  private final Tenant tenant;
  private final Spending calls;
  private final Spending credits;

  /**
   * Lets them at it.
   *
   * @param nodes by each of which somebody does everything; a server twice for two at a time
   * @param limit of calls a day, with one key
   * @param balance of credits, of another one
   */
  Traffic(Tenant tenant, List<Node> nodes, int keys, int limit, int balance) {
    this.tenant = tenant;
    calls = Spending.ofCallsADay(tenant, limit);
    credits = Spending.ofCredits(tenant, balance);
    for (int i = 0; i < keys; i++) {
      Recorder recorder = new Recorder(tenant.key().unlimited().issue());
      recorders.add(recorder);
      for (int j = 0; j < nodes.size(); j++) {
        begin(recorder, nodes.get(j), 10L * i + j);
      }
    }
    for (Node node : nodes) {
      clients.begin(() -> calls.call(node.gateway(), SELDOM));
      clients.begin(() -> credits.call(node.gateway(), NOW_AND_THEN));
    }
  }

  private void begin(Recorder recorder, Node node, long seed) {
    Random asks = new Random(seed);
    Random writes = new Random(100 + seed);
    clients.begin(
        () -> {
          recorder.verify(node.gateway(), asks, node.stale().get().toNanos());
          Eventually.pause(asks.nextInt(15));
        });
    clients.begin(
        () -> {
          recorder.change(node.admin(), writes);
          Eventually.pause(writes.nextInt(200));
        });
    clients.begin(
        () -> {
          recorder.read(node.admin());
          Eventually.pause(40);
        });
  }

  /** Until enough was done to each key that the next fault has something to break. */
  void awaitWork(int times) {
    Eventually.within(
        LONG,
        () -> {
          clients.requireWell();
          for (Recorder recorder : recorders) {
            assertThat(recorder.seen(Verified.class)).isGreaterThan(60L * times);
            assertThat(recorder.seen(Read.class)).isGreaterThan(20L * times);
            assertThat(recorder.seen(Switched.class)).isGreaterThan(8L * times);
            assertThat(recorder.seen(Rotated.class)).isGreaterThan(2L * times);
          }
        });
  }

  /** Until so many calls of the limit have passed. */
  void awaitPassed(int number) {
    Eventually.within(LONG, () -> assertThat(calls.passed()).isGreaterThan(number));
  }

  /** A fault is over: what has no answer yet has happened by now, or never will. */
  void settle() {
    recorders.forEach(Recorder::settle);
  }

  /** Revokes the keys by way of the node, and goes on until everybody has seen the end. */
  void finish(Node node) {
    for (Recorder recorder : recorders) {
      Eventually.within(
          LONG, () -> assertThat(recorder.revoke(node.admin())).as("revoked").isTrue());
    }
    Eventually.within(
        LONG,
        () -> {
          clients.requireWell();
          assertThat(calls.isSpent()).as("the limit is reached").isTrue();
          assertThat(credits.isSpent()).as("the credits are spent").isTrue();
          assertThat(recorders)
              .allMatch(recorder -> recorder.hasSeen("REVOKED"))
              .allMatch(recorder -> recorder.hasSeen("revoked"));
        });
  }

  @Override
  public void close() {
    clients.close();
  }

  /**
   * Requires of each key an order in which one key that does one thing after the other could have
   * shown all that, and that no more was spent than there was.
   *
   * @param kills moments at which a server that counts alone was killed
   * @param forgotten for how long before one the counts may be lost
   */
  void requireOrder(String what, List<Long> kills, Duration forgotten) {
    recorders.forEach(recorder -> recorder.requireOrder(what));
    calls.requireWithinLimit(what, kills, forgotten);
    credits.requirePaid(what, tenant);
  }
}
