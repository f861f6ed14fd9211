package org.apikeys.web.history;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apikeys.web.server.Cable;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Ports;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * As {@link HistoryIT}, with two nodes on one PostgreSQL: one loses its connections to it and is
 * without it for a while, and the other is killed.
 */
class HistoryCampaign {
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final int KEYS = 4;
  private static final int LIMIT = 400;
  private static final int CREDITS = 200;

  /** A change counts on every other node within this. */
  private static final Duration FRESH = Duration.ofSeconds(1);

  /** For how long a node decides by what it knows when it hears nothing. */
  private static final Duration STALE = Duration.ofSeconds(10);

  /** Since when a node has been without the store, by the stopwatch; none while it has it. */
  private final AtomicReference<@Nullable Long> without = new AtomicReference<>();

  /** How old what it knows may be. */
  private Duration stale() {
    Long since = without.get();
    if (since == null) {
      return FRESH;
    }
    Duration away = FRESH.plusNanos(System.nanoTime() - since);
    return away.compareTo(STALE) > 0 ? STALE : away;
  }

  @Test
  void twoNodesOfWhichOneIsWithoutTheStoreAndOneIsKilled() throws IOException {
    String what = "a node without the store, and a kill";
    Path data = Path.of("target", Unique.name("history-keys")).toAbsolutePath();
    int one = Ports.free();
    int two = Ports.free();
    try (EmbeddedPostgres postgres =
            EmbeddedPostgres.builder().setServerConfig("synchronous_commit", "on").start();
        Cable cable = new Cable(postgres.getPort());
        RunningServer first =
            RunningServer.named("history-1")
                .data(data)
                .postgres(cable.port())
                .grid(one, one, two)
                .start();
        RunningServer second =
            RunningServer.named("history-2")
                .data(data)
                .postgres(postgres.getPort())
                .grid(two, one, two)
                .start()) {
      Tenant tenant = first.newTenant();
      Node shaken = Node.of(first, tenant, this::stale);
      Node killed = Node.of(second, tenant, () -> FRESH);
      Traffic traffic = new Traffic(tenant, List.of(shaken, killed), KEYS, LIMIT, CREDITS);
      try (traffic) {
        traffic.awaitWork(1);
        for (int i = 0; i < 3; i++) {
          cable.breakAll();
          Eventually.pause(1_500);
        }
        without.set(System.nanoTime());
        cable.cut();
        Eventually.pause(4_000);
        cable.mend();
        settle(first, traffic);
        without.set(null);
        traffic.awaitWork(2);
        second.kill();
        traffic.awaitWork(3);
        second.restart();
        settle(first, traffic);
        traffic.awaitWork(4);
        traffic.finish(shaken);
      }
      traffic.requireOrder(what, List.of(), Duration.ZERO);
      isWell(first);
      isWell(second);
    }
  }

  private static void settle(RunningServer server, Traffic traffic) {
    isWell(server);
    Eventually.pause(1_000);
    traffic.settle();
  }

  private static void isWell(RunningServer server) {
    Eventually.within(LONG, () -> server.anonymous().get("/health/ready").expect(200));
  }
}
