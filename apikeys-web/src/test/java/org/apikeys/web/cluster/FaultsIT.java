package org.apikeys.web.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
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
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Three nodes on machines of their own, and what may happen to them: the network between them is
 * cut, one is paused, one is killed, one loses the database, the database starts again. Limits are
 * never passed, revocations count in a second, nothing that was answered is lost, and what happens
 * by the clock happens once. Takes minutes: {@code mvn verify -Pcluster}.
 */
@EnabledIfSystemProperty(
    named = "apikeys.faults",
    matches = "true",
    disabledReason = "faults of a cluster are tried with -Pcluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FaultsIT {
  private static final System.Logger LOG = System.getLogger(FaultsIT.class.getName());
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Duration STALE_LIMIT = Duration.ofSeconds(10);
  private static final int NODES = 3;
  private static final int GRID_PORT = 6900;
  private static final int LIMIT = 240;

  private final Path data = Path.of("target", Unique.name("faults-keys")).toAbsolutePath();
  private final Path database = Path.of("target", Unique.name("faults-db")).toAbsolutePath();
  private final List<RunningServer> nodes = new ArrayList<>();
  private @Nullable Namespaces machines;
  private @Nullable EmbeddedPostgres postgres;
  private @Nullable Tenant tenant;
  private @Nullable Gateway gateway;

  @BeforeAll
  void start() throws Exception {
    Optional<String> whyNot = Namespaces.whyNot();
    assumeTrue(whyNot.isEmpty(), () -> whyNot.orElse(""));
    machines = new Namespaces(NODES);
    postgres =
        EmbeddedPostgres.builder()
            .setDataDirectory(database)
            .setServerConfig("listen_addresses", "*")
            .setDataDirectoryCustomizer(FaultsIT::letIn)
            .start();
    List<String> addresses = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      addresses.add(machines.address(i));
    }
    for (int i = 0; i < NODES; i++) {
      nodes.add(
          RunningServer.named("faults-" + i)
              .in(machines.name(i), machines.address(i))
              .grid(GRID_PORT, addresses)
              .setting("APIKEYS_DATA_DIR", data.toString())
              .setting(
                  "APIKEYS_DB_URL",
                  "jdbc:postgresql://" + machines.store() + ":" + postgres.getPort() + "/postgres")
              .setting("APIKEYS_DB_USER", "postgres")
              .setting("APIKEYS_DB_PASSWORD", "postgres")
              .start());
    }
    tenant = node(0).newTenant();
    gateway = tenant.gateway();
    awaitNodes(NODES);
  }

  private static void letIn(java.io.File folder) {
    try {
      Files.writeString(
          folder.toPath().resolve("pg_hba.conf"),
          "host all all 10.213.0.0/16 trust\n",
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @AfterAll
  void stop() throws Exception {
    nodes.forEach(RunningServer::close);
    if (postgres != null) {
      postgres.close();
    }
    if (machines != null) {
      machines.close();
    }
  }

  private RunningServer node(int number) {
    return nodes.get(number);
  }

  private Namespaces machines() {
    assertThat(machines).isNotNull();
    return machines;
  }

  private Tenant tenant() {
    assertThat(tenant).isNotNull();
    return tenant;
  }

  private Gateway at(int number) {
    assertThat(gateway).isNotNull();
    return new Gateway(gateway.key(), node(number).anonymous().withKey(gateway.key().value()));
  }

  private Api admin(int number) {
    return new Api(node(number).uri()).as(tenant().person("admin").token());
  }

  private void awaitNodes(int count) {
    Eventually.within(
        LONG,
        () ->
            assertThat(
                    node(0).admin().get("/api/v1/cluster").expect(200).at("/grid/members").asInt())
                .isEqualTo(count));
  }

  private static void report(String fault, String what) {
    LOG.log(System.Logger.Level.INFO, "{0}: {1}", fault, what);
  }

  private IssuedKey limited() {
    return tenant()
        .key()
        .with("rate_limits", Json.read("{\"requests\": {\"per_day\": " + LIMIT + "}}"))
        .issue();
  }

  /** Calls by turns to nodes in this order, twice the limit, that were answered with VALID. */
  private long allowed(IssuedKey key, int... order) throws Exception {
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (int i = 0; i < 2 * LIMIT; i++) {
      int turn = order[i % order.length];
      calls.add(() -> isValid(turn, key));
    }
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      long allowed = 0;
      for (Future<Boolean> call : threads.invokeAll(calls)) {
        allowed += call.get() ? 1 : 0;
      }
      return allowed;
    } finally {
      threads.shutdownNow();
    }
  }

  private boolean isValid(int number, IssuedKey key) {
    Answer answer = at(number).ask(key.value());
    return answer.status() == 200 && answer.json().path("code").asText().equals("VALID");
  }

  private void limitsHold(String fault) throws Exception {
    long even = allowed(limited(), 0, 1, 2);
    long skewed = allowed(limited(), 0, 0, 0, 0, 0, 0, 0, 0, 1, 2);
    report(fault, even + " and " + skewed + " of " + LIMIT + " calls passed, even and skewed");
    assertThat(even).as("even").isBetween(LIMIT * 9L / 10, (long) LIMIT);
    assertThat(skewed).as("skewed").isBetween(LIMIT * 9L / 10, (long) LIMIT);
  }

  private void revocationsCount(String fault) {
    for (int i = 0; i < NODES; i++) {
      int asked = (i + 1) % NODES;
      IssuedKey key = tenant().key().unlimited().issue();
      try (Asker asker = new Asker(at(asked), key)) {
        admin(i).delete(key.path()).expect(200);
        long latest = asker.requireRevokedSince(System.nanoTime());
        report(
            fault,
            "revoked on " + i + ", last VALID of " + asked + " asked for after " + latest + " ms");
      }
    }
  }

  @Test
  @Order(1)
  void nothingIsWrong() throws Exception {
    limitsHold("no fault");
    revocationsCount("no fault");
  }

  @Test
  @Order(2)
  void theNodesAreCutOffFromEachOther() throws Exception {
    for (int i = 0; i < NODES; i++) {
      machines().cut(i, (i + 1) % NODES);
    }
    try {
      limitsHold("nodes cut off from each other");
      revocationsCount("nodes cut off from each other");
    } finally {
      for (int i = 0; i < NODES; i++) {
        machines().heal(i, (i + 1) % NODES);
      }
    }
    awaitNodes(NODES);
    revocationsCount("nodes together again");
  }

  @Test
  @Order(3)
  void aNodeIsPaused() throws Exception {
    IssuedKey key = limited();
    IssuedKey revoked = tenant().key().unlimited().issue();
    long allowed = 0;
    for (int i = 0; i < LIMIT / 4; i++) {
      allowed += isValid(i % NODES, key) ? 1 : 0;
    }
    try (Asker asker = new Asker(at(2), revoked)) {
      node(2).suspend();
      long when;
      try {
        admin(0).delete(revoked.path()).expect(200);
        when = System.nanoTime();
        for (int i = 0; i < LIMIT / 2; i++) {
          allowed += isValid(i % 2, key) ? 1 : 0;
        }
        Eventually.pause(
            Math.max(0, 10_000 - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - when)));
      } finally {
        node(2).resume();
      }
      report("paused", "last VALID asked for after " + asker.requireRevokedSince(when) + " ms");
    }
    allowed += allowed(key, 0, 1, 2);
    report("paused", allowed + " of " + LIMIT + " calls passed");
    assertThat(allowed).isBetween(LIMIT * 9L / 10, (long) LIMIT);
  }

  @Test
  @Order(4)
  void aNodeDies() throws Exception {
    IssuedKey key = limited();
    long allowed = 0;
    for (int i = 0; i < LIMIT / 4; i++) {
      allowed += isValid(i % NODES, key) ? 1 : 0;
    }
    List<Long> made = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      made.add(
          admin(2)
              .post("/api/v1/api-keys", Map.of("name", Unique.name("acknowledged")))
              .expect(201)
              .number("/id"));
    }
    IssuedKey revoked = tenant().key().unlimited().issue();
    assertThat(isValid(0, revoked)).isTrue();
    long when;
    try (Asker asker = new Asker(at(0), revoked)) {
      admin(2).delete(revoked.path()).expect(200);
      when = System.nanoTime();
      node(2).kill();
      report("killed", "last VALID asked for after " + asker.requireRevokedSince(when) + " ms");
    }
    for (long id : made) {
      admin(0).get("/api/v1/api-keys/" + id).expect(200);
    }
    allowed += allowed(key, 0, 1);
    report("killed", allowed + " of " + LIMIT + " calls passed; what it held is not used");
    assertThat(allowed).isBetween(LIMIT * 8L / 10, (long) LIMIT);
    node(2).restart();
    awaitNodes(NODES);
    limitsHold("started again");
  }

  @Test
  @Order(5)
  void aNodeLosesTheDatabase() {
    IssuedKey key = tenant().key().unlimited().issue();
    IssuedKey revoked = tenant().key().unlimited().issue();
    assertThat(isValid(2, key)).isTrue();
    assertThat(isValid(2, revoked)).isTrue();
    machines().cutStore(2);
    try {
      admin(0).delete(revoked.path()).expect(200);
      long late = System.nanoTime() + STALE_LIMIT.toNanos();
      assertThat(isValid(2, key)).as("a key that it knows").isTrue();
      Eventually.pause(Math.max(0, TimeUnit.NANOSECONDS.toMillis(late - System.nanoTime())) + 1);
      for (int i = 0; i < 5; i++) {
        assertThat(at(2).ask(revoked.value()).status()).as("past the stale limit").isEqualTo(503);
      }
      assertThat(isValid(0, key)).as("the others go on").isTrue();
    } finally {
      machines().healStore(2);
    }
    long healed = System.nanoTime();
    Eventually.within(
        LONG,
        () -> {
          Answer answer = at(2).ask(revoked.value());
          assertThat(answer.json().path("code").asText()).isNotEqualTo("VALID");
          assertThat(answer.status()).isEqualTo(200);
        });
    report(
        "without the database",
        "decides again after " + (System.nanoTime() - healed) / 1_000_000 + " ms");
    assertThat(at(2).code(revoked)).isEqualTo("REVOKED");
    assertThat(at(2).code(key)).isEqualTo("VALID");
  }

  @Test
  @Order(6)
  void theDatabaseStartsAgain() throws Exception {
    IssuedKey known = tenant().key().unlimited().issue();
    IssuedKey revoked = tenant().key().unlimited().issue();
    assertThat(isValid(1, known)).isTrue();
    admin(0).delete(revoked.path()).expect(200);
    List<Long> acknowledged = new CopyOnWriteArrayList<>();
    Thread maker =
        new Thread(
            () -> {
              Api admin = admin(1);
              while (!Thread.currentThread().isInterrupted()) {
                Answer made =
                    admin.post("/api/v1/api-keys", Map.of("name", Unique.name("restart")));
                if (made.status() == 201) {
                  acknowledged.add(made.number("/id"));
                }
              }
            });
    maker.setDaemon(true);
    maker.start();
    Eventually.within(LONG, () -> assertThat(acknowledged).hasSizeGreaterThan(5));
    long began = System.nanoTime();
    restartPostgres();
    int before = acknowledged.size();
    Eventually.within(LONG, () -> assertThat(acknowledged).hasSizeGreaterThan(before + 5));
    report(
        "PostgreSQL started again",
        "changes go on after " + (System.nanoTime() - began) / 1_000_000 + " ms");
    maker.interrupt();
    for (int i = 0; i < NODES; i++) {
      Api node = node(i).anonymous();
      Eventually.within(LONG, () -> assertThat(node.get("/health/ready").status()).isEqualTo(200));
      assertThat(at(i).code(revoked)).isEqualTo("REVOKED");
      assertThat(at(i).code(known)).isEqualTo("VALID");
    }
    for (long id : acknowledged) {
      admin(2).get("/api/v1/api-keys/" + id).expect(200);
    }
    report("PostgreSQL started again", acknowledged.size() + " acknowledged keys are all there");
    limitsHold("PostgreSQL started again");
  }

  private void restartPostgres() throws IOException {
    String pid = Files.readAllLines(database.resolve("postmaster.pid")).get(0);
    Path binaries = Path.of("/proc", pid, "exe").toRealPath().resolveSibling("pg_ctl");
    Namespaces.run(
        "unshare",
        "-U",
        "sh",
        "-c",
        binaries + " -D " + database + " -m fast -w restart -l " + database + "/log");
  }

  @Test
  @Order(7)
  void whatHappensByTheClockHappensOnce() {
    List<IssuedKey> keys = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      keys.add(
          tenant()
              .key()
              .with(
                  "expires_at",
                  Instant.now().plusSeconds(4).truncatedTo(ChronoUnit.SECONDS).toString())
              .issue());
    }
    for (IssuedKey key : keys) {
      Eventually.within(LONG, () -> assertThat(expired(key)).isEqualTo(1));
    }
    // the next turn of every node's timer
    Eventually.pause(6_000);
    for (IssuedKey key : keys) {
      assertThat(expired(key)).isEqualTo(1);
    }
    report("timers", "each of 5 keys has expired once");
  }

  private long expired(IssuedKey key) {
    return tenant()
        .admin()
        .get("/api/v1/audit/events?action=key.expired&target=" + key.keyId())
        .expect(200)
        .at("/events")
        .size();
  }
}
