package org.apikeys.web.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
      Node node = Node.of(server, tenant, () -> Duration.ZERO);
      List<Long> kills = new ArrayList<>();
      Traffic traffic = new Traffic(tenant, List.of(node, node), KEYS, LIMIT, CREDITS);
      try (traffic) {
        for (int i = 0; i < KILLS; i++) {
          traffic.awaitWork(i + 1);
          traffic.awaitPassed(FIRST);
          server.kill();
          // until then calls have passed
          kills.add(System.nanoTime());
          server.restart();
          traffic.settle();
        }
        traffic.awaitWork(KILLS + 1);
        traffic.finish(node);
      }
      traffic.requireOrder("one server", kills, FORGOTTEN);
    }
  }
}
