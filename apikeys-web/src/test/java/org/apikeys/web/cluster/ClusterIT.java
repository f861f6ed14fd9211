package org.apikeys.web.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.EventStream;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Ports;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.ietf.jgss.GSSException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Two nodes in one data grid over one PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterIT {
  private static final System.Logger LOG = System.getLogger(ClusterIT.class.getName());

  /** What is promised within a second, where it is not measured. */
  private static final Duration SOON = Duration.ofSeconds(10);

  private static final Duration PAUSE = Duration.ofSeconds(10);
  private static final int KEYS = 3;

  private static final String LIMITS =
      """
      {"limits": [
        {"name": "own", "types": ["personal"], "rate_limits": {"requests": {"per_minute": 3}},
         "most": {"requests": {"per_minute": 5}}},
        {"name": "robots", "types": ["automation"],
         "most": {"requests": {"per_minute": 50, "per_day": 1000}}, "approvals": 1}]}
      """;

  private static final Duration LONG = Duration.ofSeconds(60);

  /** What Java deserialization may make on a node: the JDK's, the server's, and no class else. */
  private static final String FILTER =
      "maxdepth=50;java.base/*;java.**;javax.**;com.hazelcast.**;fish.payara.**;com.sun.**;"
          + "org.glassfish.**;!*";

  private final Path data = Path.of("target", Unique.name("cluster-keys")).toAbsolutePath();
  private final Path limits = Path.of("target", Unique.name("limits")).toAbsolutePath();
  private int gridPort;
  private int namedPort;
  private @Nullable EmbeddedPostgres postgres;
  private @Nullable RunningServer first;
  private @Nullable RunningServer second;
  private @Nullable Tenant tenant;

  @BeforeAll
  void start() throws Exception {
    postgres = EmbeddedPostgres.builder().start();
    int one = Ports.free();
    int two = Ports.free();
    gridPort = one;
    namedPort = Ports.free();
    Files.writeString(limits, LIMITS);
    first = node("cluster-1").grid(one, one, two, namedPort).start();
    second = node("cluster-2").grid(two, one, two, namedPort).start();
    tenant = first.newTenant();
  }

  private RunningServer.Builder node(String name) {
    assertThat(postgres).isNotNull();
    return RunningServer.named(name)
        .data(data)
        .postgres(postgres.getPort())
        .setting("APIKEYS_LIMITS_RULES", limits.toString())
        .setting("JDK_JAVA_OPTIONS", "-Djdk.serialFilter=" + FILTER);
  }

  @AfterAll
  void stop() throws Exception {
    if (second != null) {
      second.close();
    }
    if (first != null) {
      first.close();
    }
    if (postgres != null) {
      postgres.close();
    }
  }

  private RunningServer first() {
    assertThat(first).isNotNull();
    return first;
  }

  private RunningServer second() {
    assertThat(second).isNotNull();
    return second;
  }

  private Tenant tenant() {
    assertThat(tenant).isNotNull();
    return tenant;
  }

  /** The same gateway at a node. */
  private Gateway at(RunningServer server) {
    IssuedKey own = tenant().gateway().key();
    return new Gateway(own, server.anonymous().withKey(own.value()));
  }

  private static JsonNode cluster(RunningServer server) {
    return server.admin().get("/api/v1/cluster").expect(200).json();
  }

  @Test
  @Order(1)
  void nodesKnowEachOther() {
    for (RunningServer server : List.of(first(), second())) {
      Eventually.within(
          LONG,
          () -> {
            JsonNode cluster = cluster(server);
            assertThat(Json.texts(cluster.path("nodes"), "state")).containsExactly("up", "up");
            assertThat(Json.texts(cluster.path("nodes"), "self"))
                .containsExactlyInAnyOrder("true", "false");
            assertThat(cluster.path("grid").path("members").asInt()).isEqualTo(2);
            assertThat(cluster.path("limits").path("shared").asBoolean()).isTrue();
          });
    }
    tenant().admin().get("/api/v1/cluster").expectProblem(403, "FORBIDDEN");
  }

  @Test
  @Order(2)
  void aRevocationCountsOnEveryNodeAndEveryNodeConfirmsIt() {
    IssuedKey key = tenant().key().unlimited().issue();
    assertThat(at(second()).code(key)).isEqualTo("VALID");
    assertThat(at(first()).code(key)).isEqualTo("VALID");
    tenant().admin().delete(key.path()).expect(200);
    Eventually.within(SOON, () -> assertThat(at(second()).code(key)).isEqualTo("REVOKED"));
    assertThat(at(first()).code(key)).isEqualTo("REVOKED");
    Eventually.within(
        SOON,
        () -> {
          Answer receipt = tenant().admin().get(key.path() + "/receipt").expect(200);
          assertThat(receipt.json().path("confirmed").asBoolean()).isTrue();
          assertThat(receipt.at("/nodes")).hasSize(2);
          assertThat(Json.texts(receipt.at("/nodes"), "confirmed_at"))
              .allMatch(at -> at.endsWith("Z"));
        });

    IssuedKey narrowed = tenant().key().unlimited().scopes("agents:read").issue();
    assertThat(at(second()).code(narrowed, "scopes", "agents:read")).isEqualTo("VALID");
    tenant().admin().put(narrowed.path(), Map.of("scopes", List.of())).expect(200);
    Eventually.within(
        SOON,
        () ->
            assertThat(at(second()).code(narrowed, "scopes", "agents:read"))
                .isEqualTo("INSUFFICIENT_SCOPE"));
  }

  @Test
  @Order(3)
  void theLimitHoldsForAllNodesTogether() throws Exception {
    IssuedKey even =
        tenant().key().with("rate_limits", Json.read("{\"requests\":{\"per_day\":80}}")).issue();
    IssuedKey skewed =
        tenant().key().with("rate_limits", Json.read("{\"requests\":{\"per_day\":80}}")).issue();
    assertThat(allowed(even, 2)).isBetween(72L, 80L);
    assertThat(allowed(skewed, 20)).isBetween(72L, 80L);
    assertThat(
            tenant()
                .admin()
                .get(even.path() + "/usage")
                .expect(200)
                .json()
                .path("windows")
                .path(0)
                .path("request_count")
                .asLong())
        .isBetween(72L, 80L);
  }

  /** Calls that pass when every so many-th of 160 goes to the second node. */
  private long allowed(IssuedKey key, int every) throws Exception {
    Gateway one = at(first());
    Gateway two = at(second());
    List<Callable<String>> calls = new ArrayList<>();
    for (int i = 0; i < 160; i++) {
      Gateway gateway = i % every == 0 ? two : one;
      calls.add(() -> gateway.code(key));
    }
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      long allowed = 0;
      for (Future<String> code : threads.invokeAll(calls)) {
        allowed += code.get().equals("VALID") ? 1 : 0;
      }
      return allowed;
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  @Order(4)
  void openCallsAndCreditsAreCountedTogether() {
    IssuedKey key =
        tenant()
            .key()
            .with("rate_limits", Json.read("{\"concurrent\": 2}"))
            .with("credits", Map.of("balance", 3))
            .issue();
    String call = at(first()).verify(key).path("decision_id").asText();
    assertThat(at(second()).code(key)).isEqualTo("VALID");
    assertThat(at(first()).code(key)).isEqualTo("CONCURRENCY_EXCEEDED");
    assertThat(at(second()).code(key)).isEqualTo("CONCURRENCY_EXCEEDED");
    at(second())
        .api()
        .post(
            "/api/v1/usage",
            Map.of("records", List.of(Map.of("key_id", key.keyId(), "decision_id", call))))
        .expect(202);
    assertThat(at(first()).verify(key).path("credits").path("balance").asInt(-1)).isZero();
  }

  @Test
  @Order(5)
  void anAlertReachesThoseWhoWatchAtAnyNode() {
    List<EventStream> streams = new ArrayList<>();
    for (RunningServer server : List.of(first(), second())) {
      streams.add(
          EventStream.lasting(server, "/api/v1/live", tenant().person("admin").token(), "usage"));
    }
    for (RunningServer server : List.of(first(), second())) {
      IssuedKey key = tenant().key().issue();
      server.anonymous().get("/api/v1/api-keys?api_key=" + key.value());
      for (EventStream stream : streams) {
        Eventually.within(
            LONG,
            () ->
                assertThat(stream.events("alert"))
                    .filteredOn(alert -> alert.path("key_id").asText().equals(key.keyId()))
                    .hasSize(1));
      }
    }
  }

  @Test
  @Order(6)
  void neverValidASecondAfterItsRevocation() {
    report("with the grid", revoked(first(), second()));
    report("revoked on the other one", revoked(second(), first()));
  }

  /** Revokes keys on one node while the other one is asked about them. */
  private long revoked(RunningServer revoking, RunningServer asked) {
    try (Watched keys = new Watched(asked)) {
      keys.revokeOn(revoking);
      return keys.requireRevoked();
    }
  }

  @Test
  @Order(7)
  void aNodeThatWasPausedDecidesAboutNothingByWhatItKnewBefore() {
    try (Watched keys = new Watched(second())) {
      second().suspend();
      try {
        keys.revokeOn(first());
        for (long waited = 0; waited < PAUSE.toMillis(); waited += 500) {
          Eventually.pause(500);
          // they are in the queue of the node when it wakes up
          keys.askers.forEach(Asker::askBeside);
        }
      } finally {
        second().resume();
      }
      report("paused", keys.requireRevoked());
    }
  }

  /** Keys about which a node is asked all the time. */
  private final class Watched implements AutoCloseable {
    private final List<IssuedKey> keys = new ArrayList<>();
    private final List<Asker> askers = new ArrayList<>();
    private final List<Long> revoked = new ArrayList<>();

    Watched(RunningServer asked) {
      for (int i = 0; i < KEYS; i++) {
        IssuedKey key = tenant().key().unlimited().issue();
        keys.add(key);
        askers.add(new Asker(at(asked), key));
      }
    }

    void revokeOn(RunningServer node) {
      Api admin = new Api(node.uri()).as(tenant().person("admin").token());
      for (IssuedKey key : keys) {
        admin.delete(key.path()).expect(200);
        revoked.add(System.nanoTime());
      }
    }

    /** Milliseconds from the revocation to the last VALID. */
    long requireRevoked() {
      long latest = Long.MIN_VALUE;
      for (int i = 0; i < KEYS; i++) {
        latest = Math.max(latest, askers.get(i).requireRevokedSince(revoked.get(i)));
      }
      return latest;
    }

    @Override
    public void close() {
      askers.forEach(Asker::close);
    }
  }

  private static void report(String how, long millis) {
    LOG.log(
        System.Logger.Level.INFO,
        "{0}: the last VALID was asked for {1} ms after the revocation.",
        how,
        millis);
  }

  @Test
  @Order(8)
  void takesNoMessagesOfStrangersAndMakesNoForeignObjects() {
    IssuedKey key = tenant().key().unlimited().issue();
    assertThat(at(first()).code(key)).isEqualTo("VALID");
    long before = refused();
    try (GridGuest named = new GridGuest(GridGuest.NAME, namedPort, gridPort)) {
      Eventually.within(LONG, () -> assertThat(named.members()).isEqualTo(3));
      named.say("KEY:" + key.id());
      // of a class that the nodes have, and that the filter does not name
      named.say(new GSSException(GSSException.FAILURE));
      Eventually.within(LONG, () -> assertThat(refused()).isEqualTo(before + 1));
      assertThat(first().log()).contains("(an object that may not be read from ");
      named.say(new GridGuest.Foreign());
      named.say(new ArrayList<>(List.of("KEY:" + key.id())));
      named.say("no hint");
      Eventually.within(LONG, () -> assertThat(refused()).isEqualTo(before + 4));
      assertThat(cluster(first()).path("grid").path("strangers").asInt()).isZero();
    }
    try (GridGuest stranger = new GridGuest(GridGuest.NAME, Ports.free(), gridPort)) {
      Eventually.within(LONG, () -> assertThat(stranger.members()).isEqualTo(3));
      stranger.say("KEY:" + key.id());
      Eventually.within(LONG, () -> assertThat(refused()).isEqualTo(before + 5));
      assertThat(cluster(first()).path("grid").path("strangers").asInt()).isEqualTo(1);
    }
    try (GridGuest other = new GridGuest("another", Ports.free(), gridPort)) {
      assertThat(other.members()).as("of a grid of another name").isEqualTo(1);
    }
    assertThat(GridGuest.Foreign.READ).as("in this process").hasValue(0);
    assertThat(at(first()).code(key)).isEqualTo("VALID");
  }

  private long refused() {
    return cluster(first()).path("grid").path("messages_refused").asLong();
  }

  @Test
  @Order(9)
  void defaultsAndBoundsAreThoseOfTheFile() {
    Api admin = tenant().admin();
    String keys = "/api/v1/api-keys";
    Map<String, Object> personal = Map.of("name", "own", "type", "personal");
    assertThat(admin.post(keys, personal).expect(201).number("/rate_limit")).isEqualTo(3);
    admin
        .post(keys, Map.of("name", "own", "type", "personal", "rate_limit", 6))
        .expectInvalid("rate_limit");
    Api developer = tenant().person("developer").api();
    Map<String, Object> robot =
        Map.of(
            "name", "robot", "type", "automation", "environment", "development", "rate_limit", 10);
    Answer made = developer.post(keys, robot).expect(201);
    assertThat(made.at("/rate_limits/requests/per_day").asInt()).isEqualTo(1000);
    Answer asked = developer.put(keys + "/" + made.number("/id"), Map.of("rate_limit", 60));
    assertThat(asked.expect(202).text("/kind")).isEqualTo("limit_increase");
    assertThat(asked.text("/policy")).isEqualTo("development + robots");
    Answer policies = admin.get("/api/v1/policies").expect(200);
    assertThat(Json.texts(policies.at("/limits"), "name")).containsExactly("own", "robots");
    assertThat(policies.at("/limits/1/approvals").asInt()).isEqualTo(1);
  }

  @Test
  @Order(10)
  void aRollingRestartRefusesNoValidCall() throws Exception {
    IssuedKey free = tenant().key().unlimited().issue();
    IssuedKey limited =
        tenant()
            .key()
            .with("rate_limits", Json.read("{\"requests\":{\"per_day\":1000000}}"))
            .issue();
    IssuedKey gateway = tenant().gateway().key();
    List<Api> nodes = List.of(first().anonymous(), second().anonymous());
    AtomicBoolean done = new AtomicBoolean();
    List<String> wrong = new CopyOnWriteArrayList<>();
    AtomicInteger calls = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Balancer balancer = new Balancer(nodes)) {
      Eventually.within(LONG, () -> assertThat(nodes).allMatch(balancer::isUp));
      for (IssuedKey key : List.of(free, limited, free, limited)) {
        threads.execute(
            () -> {
              while (!done.get()) {
                String code = call(balancer, calls.getAndIncrement(), gateway, key);
                if (!code.equals("VALID")) {
                  wrong.add(code);
                }
                Eventually.pause(10);
              }
            });
      }
      for (int i = 0; i < nodes.size(); i++) {
        Api node = nodes.get(i);
        Eventually.within(LONG, () -> assertThat(nodes).allMatch(balancer::isUp));
        (i == 0 ? first() : second()).restart();
        Eventually.within(LONG, () -> assertThat(balancer.isUp(node)).isTrue());
      }
      done.set(true);
    } finally {
      done.set(true);
      threads.shutdown();
      assertThat(threads.awaitTermination(2, TimeUnit.MINUTES)).isTrue();
    }
    assertThat(wrong).as("of %d calls", calls.get()).isEmpty();
    assertThat(calls.get()).isGreaterThan(200);
  }

  private static String call(Balancer balancer, int number, IssuedKey gateway, IssuedKey key) {
    try {
      Answer answer =
          balancer.call(
              number, node -> new Gateway(gateway, node.withKey(gateway.value())).ask(key.value()));
      return answer.status() == 200 ? answer.json().path("code").asText() : answer.body();
    } catch (RuntimeException e) {
      return e + ": " + e.getCause();
    }
  }

  @Test
  @Order(11)
  void aNodeWithoutTheGridHearsAllTheSame() {
    IssuedKey key = tenant().key().unlimited().issue();
    assertThat(at(first()).code(key)).isEqualTo("VALID");
    second().stop();
    assertThat(at(first()).code(key)).as("the other one goes on").isEqualTo("VALID");
    try (RunningServer third = node("cluster-3").setting("APIKEYS_CLUSTER", "on").start()) {
      assertThat(at(third).code(key)).isEqualTo("VALID");
      JsonNode cluster = cluster(third);
      assertThat(cluster.path("grid").path("available").asBoolean(true)).isFalse();
      assertThat(Json.texts(cluster.path("nodes"), "state")).contains("up", "stopped");
      report("by the feed alone", revoked(first(), third));
      report("by the feed alone, the other way", revoked(third, first()));

      IssuedKey limited =
          tenant().key().with("rate_limits", Json.read("{\"requests\":{\"per_day\":5}}")).issue();
      int allowed = 0;
      for (int i = 0; i < 10; i++) {
        allowed += at(i % 2 == 0 ? first() : third).code(limited).equals("VALID") ? 1 : 0;
      }
      assertThat(allowed).isEqualTo(5);
    }
  }

  @Test
  @Order(12)
  void aNodeWhoseGridReachesNobodyHearsAllTheSame() {
    int port = Ports.free();
    try (RunningServer alone = node("cluster-4").grid(port, port).start()) {
      JsonNode grid = cluster(alone).path("grid");
      assertThat(grid.path("available").asBoolean()).isTrue();
      assertThat(grid.path("members").asInt()).isEqualTo(1);
      report("with the grid blocked", revoked(first(), alone));
      report("with the grid blocked, the other way", revoked(alone, first()));
    }
  }
}
