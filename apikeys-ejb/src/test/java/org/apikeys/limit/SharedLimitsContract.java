package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.cluster.Cluster;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** Nodes that share a store share the limits. */
interface SharedLimitsContract {
  long KEY = 7;

  TestStore store();

  /** Nodes that know of each other. */
  private List<TestServices> nodes(int count) {
    store().emptied();
    List<TestServices> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      nodes.add(new TestServices(store(), Map.of("apikeys.cluster", "on")));
    }
    long now = nodes.get(0).clock().millis();
    for (int i = 1; i < count; i++) {
      // those of one process have one name
      store()
          .execute(
              "INSERT INTO cluster_node (id, address, started_at, seen_at, feed_age, leases,"
                  + (" stopped) VALUES ('other-" + i + "', 'local', " + now + ", " + now)
                  + ", 0, 0, FALSE)");
    }
    nodes.forEach(node -> node.get(Cluster.class).join());
    assertThat(nodes.get(0).get(Cluster.class).nodes()).isEqualTo(count);
    return nodes;
  }

  private static boolean isTaken(TestServices node, WindowLimits limits) {
    return node.get(Counters.class).of(KEY).tryTake(limits, now(node)) == null;
  }

  private static long now(TestServices node) {
    return node.get(SteadyTime.class).millis();
  }

  @Test
  default void neverPassTheLimitAndUseNearlyAllOfIt() throws Exception {
    List<TestServices> nodes = nodes(3);
    WindowLimits limits = new WindowLimits(WindowLimits.NONE, 1_000, 1_000, 5_000);
    List<Callable<Boolean>> calls = new ArrayList<>();
    Random random = new Random(1);
    for (int i = 0; i < 3_000; i++) {
      // most calls meet one node
      int node = Math.max(0, random.nextInt(10) - 7);
      calls.add(() -> isTaken(nodes.get(node), limits));
    }
    ExecutorService threads = Executors.newFixedThreadPool(8);
    int taken = 0;
    try {
      for (Future<Boolean> call : threads.invokeAll(calls)) {
        taken += call.get() ? 1 : 0;
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(taken).isBetween(900, 1_000);
    long asked = nodes.stream().mapToLong(node -> node.get(Counters.class).asked()).sum();
    assertThat(asked).as("round trips").isLessThan(200);
  }

  @Test
  default void shareASmallLimitExactly() {
    List<TestServices> nodes = nodes(2);
    WindowLimits limits = new WindowLimits(WindowLimits.NONE, 5, WindowLimits.NONE, 20);
    List<Boolean> taken = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      taken.add(isTaken(nodes.get(i % 2), limits));
    }
    assertThat(taken).containsExactly(true, true, true, true, true, false, false, false);
    assertThat(
            nodes
                .get(0)
                .get(Counters.class)
                .current(KEY, now(nodes.get(0)))
                .used(Window.DAY, now(nodes.get(0))))
        .as("as all nodes together stand")
        .isEqualTo(5);
    nodes.forEach(node -> node.clock().forward(java.time.Duration.ofMinutes(1)));
    assertThat(isTaken(nodes.get(1), limits)).as("in the next window").isTrue();
  }

  @Test
  default void giveBackWhatTheyHaveNotUsedWhenTheyStop() {
    List<TestServices> nodes = nodes(2);
    WindowLimits limits =
        new WindowLimits(WindowLimits.NONE, WindowLimits.NONE, WindowLimits.NONE, 320);
    assertThat(isTaken(nodes.get(0), limits)).isTrue();
    assertThat(nodes.get(0).get(Counters.class).parts()).isEqualTo(1);
    assertThat(store().number("SELECT day_used FROM limit_counter")).isEqualTo(10);
    nodes.get(0).get(Counters.class).giveBack();
    assertThat(nodes.get(0).get(Counters.class).parts()).isZero();
    assertThat(store().number("SELECT day_used FROM limit_counter")).isEqualTo(1);
  }

  @Test
  default void countCallsThatWereMadeElsewhere() {
    List<TestServices> nodes = nodes(2);
    WindowLimits limits = new WindowLimits(WindowLimits.NONE, WindowLimits.NONE, 4, 10);
    assertThat(isTaken(nodes.get(0), limits)).isTrue();
    for (int i = 0; i < 2; i++) {
      nodes.get(0).get(Counters.class).of(KEY).count(0, now(nodes.get(0)));
    }
    assertThat(isTaken(nodes.get(0), limits)).isTrue();
    assertThat(isTaken(nodes.get(0), limits)).isFalse();
    assertThat(isTaken(nodes.get(1), limits)).isFalse();
  }

  @Test
  default void shareTheLimitsThatAreNoWindows() {
    List<TestServices> nodes = nodes(2);
    GateRules rules =
        new GateRules(
            new WindowLimits(WindowLimits.NONE, 50, WindowLimits.NONE, WindowLimits.NONE),
            Algorithm.SLIDING,
            0,
            0,
            null,
            null,
            0,
            2,
            Map.of(),
            true);
    nodes.get(0).get(Credits.class).open(KEY, new CreditRule(3L, null), GateContract.WHY);
    assertThat(call(nodes.get(0), rules, 1)).isEqualTo(DecisionCode.VALID);
    assertThat(call(nodes.get(1), rules, 2)).isEqualTo(DecisionCode.VALID);
    assertThat(call(nodes.get(0), rules, 3)).isEqualTo(DecisionCode.CONCURRENCY_EXCEEDED);
    gate(nodes.get(0), rules).report(new Spent(2, null, null, Map.of()), now(nodes.get(0)));
    assertThat(call(nodes.get(1), rules, 4))
        .as("told to another node")
        .isEqualTo(DecisionCode.VALID);
    gate(nodes.get(0), rules).report(new Spent(4, null, null, Map.of()), now(nodes.get(0)));
    assertThat(call(nodes.get(0), rules, 5)).isEqualTo(DecisionCode.CREDITS_EXHAUSTED);
  }

  private static DecisionCode call(TestServices node, GateRules rules, long id) {
    return gate(node, rules).tryTake(new Ask(id, 1, 0), now(node)).code();
  }

  private static Gate gate(TestServices node, GateRules rules) {
    Gate gate = node.get(Counters.class).gate(KEY, rules);
    assertThat(gate).isNotNull();
    return gate;
  }
}
