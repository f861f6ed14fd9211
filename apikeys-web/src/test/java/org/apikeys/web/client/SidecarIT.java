package org.apikeys.web.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apikeys.web.client.SidecarExchange.Asker;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Cable;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sidecar beside the server whose place it takes. */
@ExtendWith(SharedServer.class)
@TestInstance(Lifecycle.PER_CLASS)
class SidecarIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String AUTHORIZE = SidecarExchange.AUTHORIZE;
  private static final String HERE = "apikeys_client_decided_here_total";
  private static final String HEARD = "apikeys_client_revocations_heard_total";
  private static final Duration SETTLED = Duration.ofSeconds(4);
  private static final int STALE_SECONDS = 4;
  private static final int TIMES = 5;

  private final Tenant tenant;

  /**
   * Two like keys for each exchange, made before the first, so that the news of them has passed.
   */
  private final Map<String, List<IssuedKey>> keys = new LinkedHashMap<>();

  @SuppressWarnings("NullAway.Init")
  private Cable cable;

  @SuppressWarnings("NullAway.Init")
  private RunningSidecar sidecar;

  SidecarIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @BeforeAll
  void startTheSidecar() {
    cable = new Cable(tenant.server().port());
    sidecar =
        new RunningSidecar(
            cable.uri(),
            tenant.gateway().key().value(),
            "APIKEYS_SIDECAR_STALE_LIMIT",
            "PT" + STALE_SECONDS + "S");
    sidecar.awaitReady();
    for (SidecarExchange exchange : SidecarExchange.all()) {
      IssuedKey one = exchange.key().apply(tenant.key()).issue();
      keys.put(exchange.name(), List.of(one, exchange.key().apply(tenant.key()).issue()));
    }
    awaitTheEndOfTheNews();
  }

  /** What is lent while news of its key are on the way is dropped, and shows in what is left. */
  private void awaitTheEndOfTheNews() {
    Instant end = Instant.now().plus(LIMIT);
    Instant since = Instant.now();
    long heard = sidecar.count(HEARD);
    while (Instant.now().isBefore(since.plus(SETTLED))) {
      Eventually.pause(100);
      long now = sidecar.count(HEARD);
      if (now != heard) {
        heard = now;
        since = Instant.now();
      }
      assertThat(Instant.now()).as("waited long enough for the end of the news").isBefore(end);
    }
  }

  @AfterAll
  void stopAll() throws IOException {
    sidecar.close();
    cable.close();
  }

  @BeforeEach
  void awaitTheStream() {
    cable.mend();
    sidecar.awaitReady();
  }

  @Test
  void grantsOnTheResourceThatAProxyNamesAndPassesOverTheClientsOwnQuery() {
    IssuedKey key = tenant.key().scopes("deployments:write@projects/42/*").unlimited().issue();
    Api client = sidecar.api().withKey(key.value());
    for (int i = 0; i < TIMES; i++) {
      String question = "/api/v1/authorize?scope=deployments:write&resource=projects/";
      client.get(question + "42/eu").expect(200);
      client.get(question + "42/eu&page=2").expect(200);
      client.get(question + "43/eu").expect(403);
    }
  }

  static List<SidecarExchange> exchanges() {
    return SidecarExchange.all();
  }

  @ParameterizedTest
  @MethodSource("exchanges")
  void answersToTheLetterOfTheServer(SidecarExchange exchange) {
    String gateway = tenant.gateway().key().value();
    Asker server = Asker.of(tenant.server().anonymous(), gateway);
    Asker beside = Asker.of(sidecar.api(), gateway);
    List<IssuedKey> like = Objects.requireNonNull(keys.get(exchange.name()));
    IssuedKey one = like.get(0);
    IssuedKey other = like.get(1);
    for (int i = 1; i <= TIMES; i++) {
      Answer ofServer = exchange.call().apply(server, one);
      Answer ofSidecar = exchange.call().apply(beside, other);
      assertThat(SidecarExchange.compared(ofSidecar, other))
          .as("answer %d of %s, where the server said %s", i, exchange, ofServer)
          .isEqualTo(SidecarExchange.compared(ofServer, one));
    }
  }

  @Test
  void decidesItselfToTheLetterAndReportsEveryCall() {
    IssuedKey key =
        tenant
            .key()
            .scopes("agents:read")
            .with("rate_limits", Map.of("requests", Map.of("per_day", 100_000)))
            .issue();
    awaitTheEndOfTheNews();
    int calls = 0;
    Instant end = Instant.now().plus(LIMIT);
    for (long here = 0; here < 30; ) {
      long before = sidecar.count(HERE);
      for (int i = 0; i < 60; i++) {
        Answer answer =
            caller(key).header("X-Forwarded-Uri", "/agents?x=1").get(AUTHORIZE).expect(200);
        calls++;
        assertThat(answer.requireHeader("x-ratelimit-remaining"))
            .isEqualTo(String.valueOf(100_000 - calls));
      }
      here = sidecar.count(HERE) - before;
      assertThat(Instant.now()).as("waited long enough for decisions of its own").isBefore(end);
    }
    Answer asked = tenant.gateway().ask(key.value()).expect(200);
    Answer beside = gateway().post("/api/v1/api-keys/verify", Json.object("key", key.value()));
    assertThat(beside.expect(200).at("/key")).isEqualTo(asked.at("/key"));
    int all = calls + 2;
    Eventually.within(LIMIT, () -> assertThat(read(key).number("/usage_count")).isEqualTo(all));
    assertThat(read(key).body()).contains("\"/agents\"").doesNotContain("x=1");
  }

  @Test
  void neverPassesALimitThatTheServerAndOthersUseToo()
      throws ExecutionException, InterruptedException {
    IssuedKey key =
        tenant.key().with("rate_limits", Map.of("requests", Map.of("per_day", 300))).issue();
    Api direct = tenant.server().anonymous().withKey(key.value());
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Integer>> granted =
          threads.invokeAll(
              IntStream.range(0, 8)
                  .<Callable<Integer>>mapToObj(i -> () -> granted(i < 6 ? caller(key) : direct, 80))
                  .toList());
      int sum = 0;
      for (Future<Integer> one : granted) {
        sum += one.get();
      }
      // what was lent and dropped by news of the key is never used
      assertThat(sum).isBetween(200, 300);
    } finally {
      threads.shutdownNow();
    }
  }

  private static int granted(Api caller, int times) {
    int granted = 0;
    for (int i = 0; i < times; i++) {
      Answer answer = caller.get(AUTHORIZE);
      if (answer.status() == 200) {
        granted++;
      } else {
        answer.expectProblem(429, "RATE_LIMITED");
      }
    }
    return granted;
  }

  @Test
  void hearsOfARevocation() {
    IssuedKey key = busy(tenant.key().unlimited().issue()).key();
    tenant.admin().delete(key.path()).expect(200);
    Instant revoked = Instant.now();
    Eventually.within(LIMIT, () -> caller(key).get(AUTHORIZE).expect(401));
    assertThat(Duration.between(revoked, Instant.now())).isLessThan(Duration.ofSeconds(5));
    for (int i = 0; i < 20; i++) {
      caller(key).get(AUTHORIZE).expectProblem(401, "UNAUTHENTICATED");
    }
  }

  @Test
  void knowsNoOldSecretAfterTheEndOfItsOverlapThoughNoEventTellsOfIt() {
    IssuedKey key = tenant.key().unlimited().issue();
    Answer rotated =
        tenant.admin().post(key.path() + "/rotate", Map.of("overlap", "PT15S")).expect(200);
    Instant end = Instant.parse(rotated.text("/previous_key_expires_at"));
    busy(key);
    assertThat(Instant.now()).as("decided by what was lent to the old secret").isBefore(end);
    while (Instant.now().isBefore(end)) {
      caller(key).get(AUTHORIZE);
      Eventually.pause(20);
    }
    for (int i = 0; i < 20; i++) {
      caller(key).get(AUTHORIZE).expectProblem(401, "UNAUTHENTICATED");
    }
  }

  @Test
  void takesTheWordOfTrustedProxiesAlone() {
    IssuedKey key =
        tenant
            .key()
            .unlimited()
            .with("restrictions", Map.of("ip", Map.of("allow", List.of("203.0.113.9"))))
            .issue();
    try (RunningSidecar trusting =
        new RunningSidecar(
            tenant.server().uri(),
            tenant.gateway().key().value(),
            "APIKEYS_SIDECAR_TRUSTED_PROXIES",
            "127.0.0.0/8, 10.0.0.1")) {
      trusting.awaitReady();
      Api caller = trusting.api().withKey(key.value());
      caller.header("X-Forwarded-For", "203.0.113.9").get(AUTHORIZE).expect(200);
      caller.header("X-Forwarded-For", "1.2.3.4, 203.0.113.9, 10.0.0.1").get(AUTHORIZE).expect(200);
      caller.header("X-Forwarded-For", "203.0.113.9, 1.2.3.4").get(AUTHORIZE).expect(403);
      caller.get(AUTHORIZE).expect(403);
    }
  }

  @Test
  void goesOnWithWhatWasLentWhileTheServerIsGoneAndThenRefuses() {
    IssuedKey unknown = tenant.key().unlimited().issue();
    IssuedKey known = tenant.key().unlimited().issue();
    awaitTheEndOfTheNews();
    Busy busy = busy(known);
    cable.cut();
    long more = 0;
    Instant cut = Instant.now();
    while (caller(known).get(AUTHORIZE).status() == 200) {
      more++;
      assertThat(Instant.now()).isBefore(cut.plus(LIMIT));
      Eventually.pause(20);
    }
    assertThat(more).isPositive();
    Answer refused = caller(known).get(AUTHORIZE).expectProblem(503, "STORE_UNAVAILABLE");
    assertThat(refused.requireHeader("retry-after")).isEqualTo("1");
    assertThat(refused.requireHeader("x-key-error")).isEqualTo("STORE_UNAVAILABLE");
    caller(unknown).get(AUTHORIZE).expectProblem(503, "STORE_UNAVAILABLE");
    gateway()
        .post("/api/v1/api-keys/verify", Json.object("key", unknown.value()))
        .expectProblem(503, "STORE_UNAVAILABLE");
    sidecar.api().get("/health/ready").expect(503);
    sidecar.api().get("/health/live").expect(200);
    // what is still to be reported waits for the server, and outlives the sidecar
    sidecar.restart();
    cable.mend();
    sidecar.awaitReady();
    Eventually.within(LIMIT, () -> caller(unknown).get(AUTHORIZE).expect(200));
    long all = busy.calls() + more;
    Eventually.within(LIMIT, () -> assertThat(read(known).number("/usage_count")).isEqualTo(all));
  }

  /** A key that calls are lent of, and how many it has made. */
  private record Busy(IssuedKey key, long calls) {}

  private Busy busy(IssuedKey key) {
    AtomicLong calls = new AtomicLong();
    Eventually.within(
        LIMIT,
        () -> {
          long before = sidecar.count(HERE);
          for (int i = 0; i < 10; i++) {
            caller(key).get(AUTHORIZE).expect(200);
            calls.incrementAndGet();
          }
          assertThat(sidecar.count(HERE)).isGreaterThan(before + 5);
        });
    return new Busy(key, calls.get());
  }

  private Api caller(IssuedKey key) {
    return sidecar.api().withKey(key.value());
  }

  private Api gateway() {
    return sidecar.api().withKey(tenant.gateway().key().value());
  }

  private Answer read(IssuedKey key) {
    return tenant.admin().get(key.path()).expect(200);
  }
}
