package org.apikeys.web.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apikeys.web.history.KeyModel.Deed;
import org.apikeys.web.history.KeyModel.Verified;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Cable;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Ports;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;

/**
 * Clients that change keys and ask about them at the same time, while servers are killed and
 * connections break. What they saw of each key has an order in which one key that does one thing
 * after the other could have shown it; limits and credits are never overspent.
 */
class HistoryCampaign {
  private static final System.Logger LOG = System.getLogger(HistoryCampaign.class.getName());
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int KEYS = 4;
  private static final int LIMIT = 300;
  private static final int CREDITS = 200;

  /** A change counts on every other node within this. */
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

  private final List<Thread> clients = new ArrayList<>();
  private final Map<Long, Queue<Long>> valid = new TreeMap<>();
  private final AtomicLong unanswered = new AtomicLong();
  private volatile boolean stopped;

  /** A node as a client sees it. */
  private record Node(Api admin, Gateway gateway, long staleNanos) {}

  private static void report(String what, String came) {
    LOG.log(System.Logger.Level.INFO, "{0}: {1}", what, came);
  }

  private void client(Runnable work) {
    Thread thread =
        new Thread(
            () -> {
              while (!stopped) {
                work.run();
              }
            },
            "client");
    thread.setDaemon(true);
    thread.start();
    clients.add(thread);
  }

  private void stopClients() throws InterruptedException {
    stopped = true;
    for (Thread client : clients) {
      client.join();
    }
  }

  private List<Recorder> begin(Tenant tenant, List<Node> nodes) {
    List<Recorder> recorders = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      Recorder recorder = new Recorder(tenant.key().unlimited().issue());
      recorders.add(recorder);
      for (Node node : nodes) {
        Random reads = new Random(i);
        Random writes = new Random(i + 100L);
        client(
            () -> {
              recorder.verify(node.gateway(), reads, node.staleNanos());
              Eventually.pause(reads.nextInt(10));
            });
        client(
            () -> {
              recorder.change(node.admin(), writes);
              Eventually.pause(writes.nextInt(150));
            });
      }
    }
    return recorders;
  }

  /** Calls with the key from all nodes, and when each that was allowed was answered. */
  private void spend(IssuedKey key, List<Node> nodes) {
    Queue<Long> when = new ConcurrentLinkedQueue<>();
    valid.put(key.id(), when);
    for (Node node : nodes) {
      client(
          () -> {
            try {
              Answer answer = node.gateway().ask(key.value());
              if (answer.status() == 200 && answer.json().path("code").asText().equals("VALID")) {
                when.add(System.nanoTime());
              } else if (answer.status() >= 500) {
                unanswered.incrementAndGet();
              }
            } catch (RuntimeException e) {
              unanswered.incrementAndGet();
            }
            Eventually.pause(60);
          });
    }
  }

  private static IssuedKey limited(Tenant tenant) {
    return tenant
        .key()
        .with("rate_limits", Json.read("{\"requests\": {\"per_day\": " + LIMIT + "}}"))
        .issue();
  }

  private static IssuedKey paid(Tenant tenant) {
    return tenant.key().unlimited().with("credits", Map.of("balance", CREDITS)).issue();
  }

  private void judge(String what, List<Recorder> recorders) {
    for (Recorder recorder : recorders) {
      List<Operation<Deed>> history = recorder.history();
      Map<String, Long> seen =
          history.stream()
              .collect(
                  Collectors.groupingBy(
                      one ->
                          one.input() instanceof Verified verified
                              ? verified.code()
                              : one.input().getClass().getSimpleName()
                                  + (one.certain() ? "" : " perhaps"),
                      TreeMap::new,
                      Collectors.counting()));
      report(what, history.size() + " operations on a key: " + seen);
      assertThat(seen).containsKeys("VALID", "Switched", "Rotated");
      assertThat(KeyModel.explains(history)).as("%s has an order", seen).isTrue();
    }
  }

  private void creditsAreExact(String what, Tenant tenant, IssuedKey paid) {
    long balance = tenant.admin().get(paid.path() + "/credits").expect(200).number("/balance");
    long spent = valid.get(paid.id()).size();
    report(what, spent + " calls were paid, the balance went from " + CREDITS + " to " + balance);
    assertThat(CREDITS - balance).as("what was taken").isBetween(spent, spent + unanswered.get());
    assertThat(spent).isLessThanOrEqualTo(CREDITS);
  }

  @Test
  void oneServerThatIsKilled() throws Exception {
    String what = "one server, killed twice";
    try (RunningServer server = RunningServer.named("history").start()) {
      Tenant tenant = server.newTenant();
      Node node = new Node(tenant.admin(), tenant.gateway(), 0);
      List<Recorder> recorders = begin(tenant, List.of(node, node));
      IssuedKey limited = limited(tenant);
      IssuedKey paid = paid(tenant);
      spend(limited, List.of(node, node));
      spend(paid, List.of(node));
      List<Long> kills = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Eventually.pause(8_000);
        kills.add(System.nanoTime());
        server.kill();
        server.restart();
        recorders.forEach(Recorder::settle);
      }
      Eventually.pause(8_000);
      recorders.forEach(recorder -> recorder.revoke(node.admin()));
      Eventually.pause(2_000);
      stopClients();
      recorders.forEach(Recorder::settle);
      judge(what, recorders);
      creditsAreExact(what, tenant, paid);
      long forgotten =
          valid.get(limited.id()).stream()
              .filter(
                  at ->
                      kills.stream().anyMatch(kill -> at - kill < 0 && kill - at < 3_000_000_000L))
              .count();
      int passed = valid.get(limited.id()).size();
      report(
          what,
          passed
              + " of "
              + LIMIT
              + " calls passed, "
              + forgotten
              + " of them within 3 s before a kill, which may be forgotten");
      assertThat(passed).isLessThanOrEqualTo((int) (LIMIT + forgotten));
    }
  }

  @Test
  void twoNodesOfWhichOneIsKilledAndOneLosesItsConnections() throws Exception {
    String what = "two nodes";
    Path data = Path.of("target", Unique.name("history-keys")).toAbsolutePath();
    int one = Ports.free();
    int two = Ports.free();
    try (EmbeddedPostgres postgres =
            EmbeddedPostgres.builder().setServerConfig("synchronous_commit", "on").start();
        Cable cable = new Cable(postgres.getPort());
        RunningServer first = node("history-1", cable.port(), data).grid(one, one, two).start();
        RunningServer second =
            node("history-2", postgres.getPort(), data).grid(two, one, two).start()) {
      Tenant tenant = first.newTenant();
      IssuedKey own = tenant.gateway().key();
      List<Node> nodes = new ArrayList<>();
      for (RunningServer server : List.of(first, second)) {
        nodes.add(
            new Node(
                new Api(server.uri()).as(tenant.person("admin").token()),
                new Gateway(own, server.anonymous().withKey(own.value())),
                FRESH_NANOS));
      }
      List<Recorder> recorders = begin(tenant, nodes);
      IssuedKey limited = limited(tenant);
      IssuedKey paid = paid(tenant);
      spend(limited, nodes);
      spend(paid, nodes);
      Eventually.pause(6_000);
      for (int i = 0; i < 3; i++) {
        cable.breakAll();
        Eventually.pause(1_500);
      }
      recorders.forEach(Recorder::settle);
      second.kill();
      Eventually.pause(3_000);
      second.restart();
      recorders.forEach(Recorder::settle);
      Eventually.pause(6_000);
      recorders.forEach(recorder -> recorder.revoke(nodes.get(0).admin()));
      Eventually.pause(3_000);
      stopClients();
      recorders.forEach(Recorder::settle);
      judge(what, recorders);
      creditsAreExact(what, tenant, paid);
      int passed = valid.get(limited.id()).size();
      report(what, passed + " of " + LIMIT + " calls passed");
      assertThat(passed).isLessThanOrEqualTo(LIMIT);
      Eventually.within(LONG, () -> first.anonymous().get("/health/ready").expect(200));
    }
  }

  private static RunningServer.Builder node(String name, int port, Path data) {
    return RunningServer.named(name)
        .setting("APIKEYS_DATA_DIR", data.toString())
        .setting("APIKEYS_DB_URL", "jdbc:postgresql://127.0.0.1:" + port + "/postgres")
        .setting("APIKEYS_DB_USER", "postgres")
        .setting("APIKEYS_DB_PASSWORD", "postgres");
  }
}
