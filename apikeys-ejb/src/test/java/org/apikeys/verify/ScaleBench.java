package org.apikeys.verify;

import static org.apikeys.key.Orders.admin;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apikeys.api.key.KeyFormat;
import org.apikeys.api.permission.ScopeExpression;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.cluster.ChangeReader;
import org.apikeys.crypto.KeyHasher;
import org.apikeys.crypto.Secret;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.Orders;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/**
 * What a key costs among many: read for the first time, read ahead, kept in memory, and decided
 * about. Run by {@code bench/scale/run.sh}, and by nothing else.
 */
class ScaleBench {
  private static final int AT_ONCE = 50_000;
  private static final int CALLS = 300_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final Attempt ATTEMPT =
      new Attempt(
          ScopeExpression.parse("agents:read"),
          "203.0.113.9",
          "https://app.example.com/x",
          null,
          0,
          1,
          1,
          null);

  private final int keys = Integer.getInteger("apikeys.bench.keys", 100_000);
  private final TestStore store =
      System.getProperty("apikeys.bench.store", "postgres").equals("derby")
          ? TestStore.derby().emptied()
          : TestStore.postgres().emptied();
  private final TestServices services =
      new TestServices(
          store,
          java.util.Map.of(
              "apikeys.verify.cached-keys",
              Integer.toString(Math.max(keys, 1_000)),
              "apikeys.verify.warm-keys",
              Integer.toString(Math.min(keys, 1_000_000))));
  private final Random random = new Random(1);

  private static void print(String what, String figures) {
    System.out.println("BENCH " + what + ": " + figures);
  }

  @Test
  void measures() {
    List<String> presented = filled();
    firstLook(presented);
    warmUp(presented);
    memoryAndDecisions(presented);
  }

  /** Copies one issued key: three scopes, an address range, a referrer pattern, three windows. */
  private List<String> filled() {
    store.addPerson(1, TestStore.DEFAULT, "admin", "admin");
    IssuedKey first =
        services
            .get(KeyIssuer.class)
            .issue(
                admin(),
                Orders.from(
                    "{\"name\":\"scale\",\"scopes\":[\"agents:read\",\"deployments:write\","
                        + "\"metrics:read\"],\"restrictions\":{\"ip\":{\"allow\":"
                        + "[\"203.0.113.0/24\"]},\"referrers\":[\"https://*.example.com/*\"]},"
                        + "\"rate_limits\":{\"requests\":{\"per_minute\":100000000,"
                        + "\"per_hour\":100000000,\"per_day\":100000000}}}"));
    long template = first.view().id();
    KeyHasher hasher = services.get(KeyHasher.class);
    KeyFormat format = services.get(KeyFormat.class);
    List<String> presented = new ArrayList<>(keys);
    long begun = System.nanoTime();
    for (int from = 0; from < keys; from += AT_ONCE) {
      int until = Math.min(keys, from + AT_ONCE);
      List<String> digests = new ArrayList<>();
      for (int i = from; i < until; i++) {
        String made =
            format.compose(
                false,
                org.apikeys.api.key.Environment.PRODUCTION,
                characters(format.randomLength(), format.alphabet().symbols()));
        presented.add(made);
        digests.add(hasher.digest(new Secret(made)));
      }
      BenchRows.copy(store, template, template + 1 + from, digests);
    }
    BenchRows.settle(store);
    print(
        "filled in",
        String.format(
            Locale.ROOT, "%d keys in %d s", keys, (System.nanoTime() - begun) / 1_000_000_000));
    return presented;
  }

  private String characters(int length, String symbols) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(symbols.charAt(random.nextInt(symbols.length())));
    }
    return text.toString();
  }

  private void firstLook(List<String> presented) {
    KeyCache cache = services.get(KeyCache.class);
    List<String> some = new ArrayList<>(presented);
    Collections.shuffle(some, random);
    int warming = Math.min(2_000, keys / 5);
    int measured = Math.min(5_000, keys / 2);
    some.subList(0, warming).forEach(cache::find);
    long[] nanos = new long[measured];
    for (int i = 0; i < measured; i++) {
      long began = System.nanoTime();
      assertThat(cache.find(some.get(warming + i))).isNotNull();
      nanos[i] = System.nanoTime() - began;
    }
    Arrays.sort(nanos);
    print(
        "a key that is not cached",
        String.format(
            Locale.ROOT,
            "p50 %.2f ms, p99 %.2f ms, slowest %.2f ms of %d",
            nanos[measured / 2] / 1e6,
            nanos[measured * 99 / 100] / 1e6,
            nanos[measured - 1] / 1e6,
            measured));
  }

  private void warmUp(List<String> presented) {
    TestServices node = new TestServices(store, java.util.Map.of());
    long cpu = THREADS.getCurrentThreadCpuTime();
    long began = System.nanoTime();
    node.get(KeyWarmUp.class).run();
    long read = node.get(KeyWarmUp.class).read();
    print(
        "read ahead at the start",
        String.format(
            Locale.ROOT,
            "%d keys in %d ms, %d ms of CPU time in this process",
            read,
            (System.nanoTime() - began) / 1_000_000,
            (THREADS.getCurrentThreadCpuTime() - cpu) / 1_000_000));
    assertThat(presented).isNotEmpty();
  }

  private static long used() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  private void memoryAndDecisions(List<String> presented) {
    TestServices node =
        new TestServices(
            store,
            java.util.Map.of(
                "apikeys.verify.cached-keys", Integer.toString(Math.max(keys * 2, 1_000))));
    KeyCache cache = node.get(KeyCache.class);
    int few = Math.min(1_000, keys);
    presented.subList(0, few).forEach(cache::find);
    decide(node, presented.subList(0, few), "warming");
    double[] alone = decide(node, presented.subList(0, few), "decided about, of " + few + " keys");
    long before = used();
    Verifier verifier = node.get(Verifier.class);
    for (String one : presented.subList(few, keys)) {
      require(verifier.decide(one, 1, ATTEMPT));
    }
    long after = used();
    if (keys > few) {
      print(
          "memory",
          String.format(
              Locale.ROOT,
              "%d bytes a key that was called, its counter included (%d MB for %d)",
              (after - before) / (keys - few),
              (after - before) / 1_000_000,
              keys - few));
    }
    for (int turn = 0; turn < 3; turn++) {
      double[] many = decide(node, presented, "decided about, of " + keys + " keys");
      alone = decide(node, presented.subList(0, few), "decided about, of " + few + " keys");
      print(
          "ratio",
          String.format(
              Locale.ROOT, "p50 %.2f, CPU time %.2f", many[0] / alone[0], many[1] / alone[1]));
    }
  }

  private static void require(Decision decision) {
    if (decision.code() != DecisionCode.VALID) {
      throw new AssertionError(decision.code());
    }
  }

  private double[] decide(TestServices node, List<String> among, String what) {
    node.get(ChangeReader.class).read();
    Verifier verifier = node.get(Verifier.class);
    String[] order = new String[CALLS];
    for (int i = 0; i < CALLS; i++) {
      order[i] = among.get(random.nextInt(among.size()));
    }
    int[] nanos = new int[CALLS];
    long cpu = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < CALLS; i++) {
      long began = System.nanoTime();
      Decision decision = verifier.decide(order[i], 1, ATTEMPT);
      nanos[i] = (int) (System.nanoTime() - began);
      require(decision);
      if (i % 10_000 == 0) {
        node.get(ChangeReader.class).read();
      }
    }
    double micros = (THREADS.getCurrentThreadCpuTime() - cpu) / 1e3 / CALLS;
    Arrays.sort(nanos);
    print(
        what,
        String.format(
            Locale.ROOT, "p50 %.2f us, %.2f us of CPU time", nanos[CALLS / 2] / 1e3, micros));
    return new double[] {nanos[CALLS / 2] / 1e3, micros};
  }
}
