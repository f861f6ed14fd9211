package org.apikeys.web.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.EventStream;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Ports;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Two nodes in one data grid over one PostgreSQL. What is promised within a second is given more
 * time here, since the machine may be busy with other things.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterIT {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration LONG = Duration.ofSeconds(60);

  /** What Java deserialization may make on a node: the JDK's, the server's, and no class else. */
  private static final String FILTER =
      "maxdepth=50;java.base/*;java.**;javax.**;com.hazelcast.**;fish.payara.**;com.sun.**;"
          + "org.glassfish.**;!*";

  private final Path data = Path.of("target", Unique.name("cluster-keys")).toAbsolutePath();
  private @Nullable EmbeddedPostgres postgres;
  private @Nullable RunningServer first;
  private @Nullable RunningServer second;
  private @Nullable Tenant tenant;

  @BeforeAll
  void start() throws Exception {
    postgres = EmbeddedPostgres.builder().start();
    int one = Ports.free();
    int two = Ports.free();
    first = node("cluster-1").grid(one, one, two).start();
    second = node("cluster-2").grid(two, one, two).start();
    tenant = first.newTenant();
  }

  private RunningServer.Builder node(String name) {
    assertThat(postgres).isNotNull();
    return RunningServer.named(name)
        .setting("APIKEYS_DATA_DIR", data.toString())
        .setting(
            "APIKEYS_DB_URL", "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres")
        .setting("APIKEYS_DB_USER", "postgres")
        .setting("APIKEYS_DB_PASSWORD", "postgres")
        .setting("JAVA_TOOL_OPTIONS", "-Djdk.serialFilter=" + FILTER);
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
      EventStream stream =
          EventStream.open(server, "/api/v1/live", tenant().person("admin").token());
      Eventually.within(LONG, () -> assertThat(stream.lines()).contains("event: usage"));
      streams.add(stream);
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
  void aNodeThatWasPausedDecidesAboutNothingByWhatItKnewBefore() {
    IssuedKey key = tenant().key().unlimited().issue();
    assertThat(at(second()).code(key)).isEqualTo("VALID");
    second().suspend();
    try {
      tenant().admin().delete(key.path()).expect(200);
      Eventually.pause(2_000);
    } finally {
      second().resume();
    }
    assertThat(at(second()).code(key)).isEqualTo("REVOKED");
  }

  @Test
  @Order(7)
  void aNodeWithoutTheGridHearsAllTheSame() {
    IssuedKey key = tenant().key().unlimited().issue();
    assertThat(at(first()).code(key)).isEqualTo("VALID");
    second().stop();
    assertThat(at(first()).code(key)).as("the other one goes on").isEqualTo("VALID");
    try (RunningServer third = node("cluster-3").setting("APIKEYS_CLUSTER", "on").start()) {
      assertThat(at(third).code(key)).isEqualTo("VALID");
      JsonNode cluster = cluster(third);
      assertThat(cluster.path("grid").path("available").asBoolean(true)).isFalse();
      assertThat(Json.texts(cluster.path("nodes"), "state"))
          .containsExactlyInAnyOrder("up", "up", "stopped");
      tenant().admin().delete(key.path()).expect(200);
      Eventually.within(SOON, () -> assertThat(at(third).code(key)).isEqualTo("REVOKED"));

      IssuedKey limited =
          tenant().key().with("rate_limits", Json.read("{\"requests\":{\"per_day\":5}}")).issue();
      int allowed = 0;
      for (int i = 0; i < 10; i++) {
        allowed += at(i % 2 == 0 ? first() : third).code(limited).equals("VALID") ? 1 : 0;
      }
      assertThat(allowed).isEqualTo(5);
    }
  }
}
