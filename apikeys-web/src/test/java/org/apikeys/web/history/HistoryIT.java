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
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;

/**
 * Clients that change keys, read them and have them decided about at the same time, while the
 * server is killed. What they saw of each key has an order in which one key that does one thing
 * after the other could have shown it; limits and credits are never overspent. {@code
 * -Dapikeys.history.kills=20} goes on for longer.
 */
class HistoryIT {
  private static final int KILLS = Integer.getInteger("apikeys.history.kills", 1);
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final Duration NOW_AND_THEN = Duration.ofMillis(100);
  private static final Duration SELDOM = Duration.ofMillis(250);
  private static final int KEYS = 2;

  /** A server alone writes its counts every second; a busy machine is late by several. */
  private static final Duration FORGOTTEN = Duration.ofSeconds(15);

  private static final int LIMIT = 240;
  private static final int CREDITS = 100;

  /**
   * So many pass before the first kill, in more than what may be forgotten, that a server which
   * forgot them all would be caught.
   */
  private static final int FIRST = 160;

  @Test
  void concurrentClientsSeeOneKeyThoughTheServerIsKilled() {
    try (RunningServer server = RunningServer.named("history").start()) {
      Tenant tenant = server.newTenant();
      tenant.admin();
      Gateway gateway = tenant.gateway();
      List<Recorder> recorders = new ArrayList<>();
      List<Long> kills = new ArrayList<>();
      Spending calls = Spending.ofCallsADay(tenant, LIMIT);
      Spending credits = Spending.ofCredits(tenant, CREDITS);
      try (Clients clients = new Clients()) {
        for (int i = 0; i < KEYS; i++) {
          recorders.add(begin(clients, tenant, i));
        }
        clients.begin(() -> calls.call(gateway, SELDOM));
        clients.begin(() -> calls.call(gateway, SELDOM));
        clients.begin(() -> credits.call(gateway, NOW_AND_THEN));
        clients.begin(() -> credits.call(gateway, NOW_AND_THEN));
        for (int i = 0; i < KILLS; i++) {
          awaitWork(recorders, clients, i + 1);
          Eventually.within(LONG, () -> assertThat(calls.passed()).isGreaterThan(FIRST));
          server.kill();
          // until then calls have passed
          kills.add(System.nanoTime());
          server.restart();
          recorders.forEach(Recorder::settle);
        }
        awaitWork(recorders, clients, KILLS + 1);
        for (Recorder recorder : recorders) {
          Eventually.within(
              LONG, () -> assertThat(recorder.revoke(tenant.admin())).as("revoked").isTrue());
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
      recorders.forEach(recorder -> recorder.requireOrder("one server"));
      calls.requireWithinLimit("one server", kills, FORGOTTEN);
      credits.requirePaid("one server", tenant);
    }
  }

  private static Recorder begin(Clients clients, Tenant tenant, int seed) {
    Recorder recorder = new Recorder(tenant.key().unlimited().issue());
    for (int i = 0; i < 2; i++) {
      Random asks = new Random(10L * seed + i);
      Random writes = new Random(100L + 10L * seed + i);
      clients.begin(
          () -> {
            recorder.verify(tenant.gateway(), asks, 0);
            Eventually.pause(asks.nextInt(15));
          });
      clients.begin(
          () -> {
            recorder.change(tenant.admin(), writes);
            Eventually.pause(writes.nextInt(200));
          });
    }
    clients.begin(
        () -> {
          recorder.read(tenant.admin());
          Eventually.pause(20);
        });
    return recorder;
  }

  /** Until enough was done to each key that the next kill has something to break. */
  private static void awaitWork(List<Recorder> recorders, Clients clients, int times) {
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
}
