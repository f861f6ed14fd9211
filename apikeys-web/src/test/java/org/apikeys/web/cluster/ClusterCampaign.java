package org.apikeys.web.cluster;

import static org.apikeys.web.server.Measured.millisSince;
import static org.apikeys.web.server.Measured.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.concurrent.atomic.AtomicBoolean;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Command;
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

/**
 * Three nodes on machines of their own, and what may happen to them: the network between them is
 * cut, one is paused, one is killed, one loses the database, the database starts again. Limits are
 * never passed, revocations count in a second, nothing that was answered is lost, and what happens
 * by the clock happens once. Takes minutes: {@code mvn verify -Pcluster}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterCampaign {
  private static final Duration LONG = Duration.ofMinutes(2);

  /** After that the grid has surely noticed that members are gone, or are there again. */
  private static final Duration GRID_LIMIT = Duration.ofMinutes(10);

  private static final Duration STALE_LIMIT = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofSeconds(10);
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
  private long healed;

  @BeforeAll
  void start() throws Exception {
    Optional<String> whyNot = Namespaces.whyNot();
    assumeTrue(whyNot.isEmpty(), () -> whyNot.orElse(""));
    machines = new Namespaces(NODES);
    postgres =
        EmbeddedPostgres.builder()
            .setDataDirectory(database)
            .setServerConfig("listen_addresses", "*")
            // a commit that was answered is on the disk, as on every real server
            .setServerConfig("synchronous_commit", "on")
            .setDataDirectoryCustomizer(ClusterCampaign::letIn)
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
              .data(data)
              .postgres(machines.store(), postgres.getPort())
              .start());
    }
    tenant = node(0).newTenant();
    gateway = tenant.gateway();
    awaitNodes(NODES);
    awaitGrid(NODES);
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

  /** So many nodes live, and each knows it. */
  private void awaitNodes(int count) {
    for (RunningServer node : nodes) {
      Eventually.within(
          LONG,
          () ->
              assertThat(
                      Json.texts(cluster(node).path("nodes"), "state").stream()
                          .filter("up"::equals)
                          .count())
                  .isEqualTo(count));
    }
  }

  private void awaitGrid(int members) {
    for (RunningServer node : nodes) {
      Eventually.within(
          GRID_LIMIT,
          () -> assertThat(cluster(node).at("/grid/members").asInt()).isEqualTo(members));
    }
  }

  private static JsonNode cluster(RunningServer node) {
    return node.admin().get("/api/v1/cluster").expect(200).json();
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
    long cut = System.nanoTime();
    cutNodes();
    try {
      limitsHold("nodes cut off from each other");
      revocationsCount("nodes cut off from each other");
      awaitGrid(1);
      report("nodes cut off from each other", "each is alone in the grid after " + since(cut));
      limitsHold("the grid has fallen apart");
      revocationsCount("the grid has fallen apart");
    } finally {
      healNodes();
    }
    healed = System.nanoTime();
    revocationsCount("nodes together again");
    limitsHold("nodes together again");
  }

  private void cutNodes() {
    for (int i = 0; i < NODES; i++) {
      machines().cut(i, (i + 1) % NODES);
    }
  }

  private void healNodes() {
    for (int i = 0; i < NODES; i++) {
      machines().heal(i, (i + 1) % NODES);
    }
  }

  private static String since(long nanos) {
    return millisSince(nanos) + " ms";
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
      long when;
      node(2).suspend();
      try {
        admin(0).delete(revoked.path()).expect(200);
        when = System.nanoTime();
        for (int i = 0; i < LIMIT / 2; i++) {
          allowed += isValid(i % 2, key) ? 1 : 0;
        }
        do {
          Eventually.pause(200);
          // they are in the queue of the node when it wakes up
          asker.askBeside();
        } while (millisSince(when) < PAUSE.toMillis());
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
    long killed;
    try (Asker asker = new Asker(at(0), revoked)) {
      admin(2).delete(revoked.path()).expect(200);
      long when = System.nanoTime();
      node(2).kill();
      killed = System.nanoTime();
      report("killed", "last VALID asked for after " + asker.requireRevokedSince(when) + " ms");
    }
    for (long id : made) {
      admin(0).get("/api/v1/api-keys/" + id).expect(200);
    }
    allowed += allowed(key, 0, 1);
    report("killed", allowed + " of " + LIMIT + " calls passed; what it held is not used");
    assertThat(allowed).isBetween(LIMIT * 9L / 10 - LIMIT / 16, (long) LIMIT);
    Eventually.within(
        LONG,
        () -> assertThat(Json.texts(cluster(node(0)).path("nodes"), "state")).contains("silent"));
    report("killed", "counts no more as a node after " + since(killed));
    node(2).restart();
    awaitNodes(NODES);
    limitsHold("started again");
  }

  @Test
  @Order(5)
  void aNodeLosesTheDatabase() {
    IssuedKey key = tenant().key().unlimited().issue();
    IssuedKey revoked = tenant().key().unlimited().issue();
    try (Asker known = new Asker(at(2), key);
        Asker asker = new Asker(at(2), revoked)) {
      machines().cutStore(2);
      long cut = System.nanoTime();
      try {
        admin(0).delete(revoked.path()).expect(200);
        long when = System.nanoTime();
        assertThat(isValid(0, key)).as("the others go on").isTrue();
        Eventually.within(
            LONG, () -> assertThat(codesSince(known, cut)).as("past the limit").contains("503"));
        long until = lastValid(known) - cut;
        report("without the database", "decided about what it knew for " + millis(until) + " ms");
        assertThat(until).isBetween(STALE_LIMIT.toNanos() / 2, STALE_LIMIT.toNanos());
        assertThat(lastValid(asker) - when).isLessThan(STALE_LIMIT.toNanos());
        report(
            "without the database, by the grid",
            "last VALID asked for after " + millis(lastValid(asker) - when) + " ms");
      } finally {
        machines().healStore(2);
      }
      long back = System.nanoTime();
      Eventually.within(LONG, () -> assertThat(at(2).ask(key.value()).status()).isEqualTo(200));
      report("without the database", "decides again " + since(back) + " after it is back");
      assertThat(at(2).code(revoked)).isEqualTo("REVOKED");
      assertThat(at(2).code(key)).isEqualTo("VALID");
      // nothing was valid a second later that was revoked before the database was lost
      assertThat(codesSince(asker, back)).doesNotContain("VALID");
    }
  }

  @Test
  @Order(6)
  void aNodeIsCutOffFromEverything() {
    IssuedKey revoked = tenant().key().unlimited().issue();
    try (Asker asker = new Asker(at(2), revoked)) {
      machines().cut(2, 0);
      machines().cut(2, 1);
      machines().cutStore(2);
      long when;
      try {
        admin(0).delete(revoked.path()).expect(200);
        when = System.nanoTime();
        Eventually.within(
            LONG, () -> assertThat(codesSince(asker, when)).as("past the limit").contains("503"));
      } finally {
        machines().healStore(2);
        machines().heal(2, 0);
        machines().heal(2, 1);
      }
      report(
          "cut off from everything",
          "last VALID asked for after " + asker.requireRevokedSince(when, STALE_LIMIT) + " ms");
    }
  }

  private static List<String> codesSince(Asker asker, long nanos) {
    return asker.asked().stream()
        .filter(one -> one.sentNanos() - nanos >= 0)
        .map(Asker.Asked::code)
        .toList();
  }

  /** When the last question that was answered with VALID was sent. */
  private static long lastValid(Asker asker) {
    return asker.asked().stream()
        .filter(one -> one.code().equals("VALID"))
        .mapToLong(Asker.Asked::sentNanos)
        .max()
        .orElseThrow();
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  @Test
  @Order(7)
  void theDatabaseStartsAgain() throws Exception {
    afterARestartOfTheDatabase("fast");
  }

  @Test
  @Order(8)
  void theDatabaseCrashes() throws Exception {
    afterARestartOfTheDatabase("immediate");
  }

  private void afterARestartOfTheDatabase(String mode) throws Exception {
    String fault = "PostgreSQL started again (" + mode + ")";
    IssuedKey known = tenant().key().unlimited().issue();
    IssuedKey revoked = tenant().key().unlimited().issue();
    assertThat(isValid(1, known)).isTrue();
    List<Long> acknowledged = new CopyOnWriteArrayList<>();
    AtomicBoolean done = new AtomicBoolean();
    Thread maker = new Thread(() -> make(acknowledged, done), "issues keys");
    maker.setDaemon(true);
    maker.start();
    try {
      Eventually.within(LONG, () -> assertThat(acknowledged).hasSizeGreaterThan(5));
      admin(0).delete(revoked.path()).expect(200);
      long began = System.nanoTime();
      restartPostgres(mode);
      report(fault, "it was away for " + since(began));
      int before = acknowledged.size();
      Eventually.within(LONG, () -> assertThat(acknowledged).hasSizeGreaterThan(before + 5));
      report(fault, "changes go on " + since(began) + " after it was stopped");
    } finally {
      done.set(true);
      maker.join();
    }
    for (int i = 0; i < NODES; i++) {
      Api node = node(i).anonymous();
      Eventually.within(LONG, () -> assertThat(node.get("/health/ready").status()).isEqualTo(200));
      assertThat(at(i).code(revoked)).isEqualTo("REVOKED");
      assertThat(at(i).code(known)).isEqualTo("VALID");
    }
    for (long id : acknowledged) {
      admin(2).get("/api/v1/api-keys/" + id).expect(200);
    }
    report(fault, acknowledged.size() + " acknowledged keys are all there");
    limitsHold(fault);
  }

  /** Issues keys, and remembers those whose answer said that they are there. */
  private void make(List<Long> acknowledged, AtomicBoolean done) {
    Api admin = admin(1);
    while (!done.get()) {
      Answer made = admin.post("/api/v1/api-keys", Map.of("name", Unique.name("restart")));
      if (made.status() == 201) {
        acknowledged.add(made.number("/id"));
      } else {
        Eventually.pause(50);
      }
    }
  }

  private void restartPostgres(String mode) throws IOException {
    String pid = Files.readAllLines(database.resolve("postmaster.pid")).get(0);
    Path binaries = Path.of("/proc", pid, "exe").toRealPath().resolveSibling("pg_ctl");
    Command.run(
        "unshare",
        "-U",
        "sh",
        "-c",
        binaries + " -D " + database + " -m " + mode + " -w restart -l " + database + "/log");
  }

  @Test
  @Order(9)
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

  @Test
  @Order(10)
  void theGridComesTogetherAgain() {
    awaitGrid(NODES);
    report("the grid", "is one again at the latest " + since(healed) + " after it could be");
  }
}
