package org.apikeys.web.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Cable;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.MadeUpKey;
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

/** PostgreSQL that is slow, that takes connections and does not answer, and that breaks them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StoreCampaign {
  private static final System.Logger LOG = System.getLogger(StoreCampaign.class.getName());
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Duration NOW_AND_THEN = Duration.ofMillis(20);

  /** Four seconds until a store that hangs is let go of, and what a busy machine adds. */
  private static final long BOUND_MILLIS = 8_000;

  private static final long STALE_MILLIS = 10_000;

  /** The server's own threads for requests, and some. */
  private static final int MOST_THREADS = 260;

  /** More than the server has connections to the store. */
  private static final int STRANGERS = 80;

  private @Nullable EmbeddedPostgres postgres;
  private @Nullable Cable cable;
  private @Nullable RunningServer server;
  private @Nullable Tenant tenant;

  @BeforeAll
  void start() throws Exception {
    postgres = EmbeddedPostgres.builder().start();
    cable = new Cable(postgres.getPort());
    server =
        RunningServer.named("store-campaign")
            .setting("APIKEYS_DB_URL", "jdbc:postgresql://127.0.0.1:" + cable.port() + "/postgres")
            .setting("APIKEYS_DB_USER", "postgres")
            .setting("APIKEYS_DB_PASSWORD", "postgres")
            .start();
    tenant = server.newTenant();
  }

  @AfterAll
  void stop() throws Exception {
    if (cable != null) {
      cable.mend();
    }
    if (server != null) {
      server.close();
    }
    if (cable != null) {
      cable.close();
    }
    if (postgres != null) {
      postgres.close();
    }
  }

  private Cable cable() {
    assertThat(cable).isNotNull();
    return cable;
  }

  private RunningServer server() {
    assertThat(server).isNotNull();
    return server;
  }

  private Tenant tenant() {
    assertThat(tenant).isNotNull();
    return tenant;
  }

  private static void report(String fault, String what) {
    LOG.log(System.Logger.Level.INFO, "{0}: {1}", fault, what);
  }

  private IssuedKey known() {
    IssuedKey key = tenant().key().unlimited().issue();
    Eventually.within(LONG, () -> assertThat(tenant().gateway().code(key)).isEqualTo("VALID"));
    return key;
  }

  private void isWellAgain(String fault, long mended) {
    Eventually.within(LONG, () -> server().anonymous().get("/health/ready").expect(200));
    report(fault, "ready again after " + since(mended) + " ms");
    IssuedKey later = tenant().key().unlimited().issue();
    assertThat(tenant().gateway().code(later)).isEqualTo("VALID");
    report(fault, "all is well after " + since(mended) + " ms");
  }

  private static long since(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }

  @Test
  @Order(1)
  void aSlowStoreSlowsNoKeyThatIsKnown() {
    Gateway gateway = tenant().gateway();
    IssuedKey known = known();
    for (int delay : new int[] {20, 100}) {
      String fault = "each way to the store takes " + delay + " ms";
      cable().slow(Duration.ofMillis(delay));
      long began = System.nanoTime();
      try (Callers callers = new Callers(4, NOW_AND_THEN, () -> gateway.ask(known.value()))) {
        long asked = System.nanoTime();
        assertThat(gateway.code(tenant().key().unlimited().issue())).isEqualTo("VALID");
        report(fault, "issuing a key and asking about it took " + since(asked) + " ms");
        Eventually.pause(8_000);
        List<Callers.Call> calls = callers.between(began, System.nanoTime());
        report(
            fault,
            "known key: "
                + Callers.codes(calls)
                + ", 99 of 100 within "
                + Callers.millisOf(calls, 99)
                + " ms, all within "
                + Callers.slowestMillis(calls)
                + " ms");
        assertThat(Callers.codes(calls)).containsOnlyKeys("VALID");
      } finally {
        cable().mend();
      }
      server().anonymous().get("/health/ready").expect(200);
    }
  }

  @Test
  @Order(2)
  void aStoreThatHangsHoldsNobody() {
    String fault = "the store hangs";
    Gateway gateway = tenant().gateway();
    IssuedKey known = known();
    IssuedKey written = known();
    int threads = server().threads();
    try (Callers callers = new Callers(4, NOW_AND_THEN, () -> gateway.ask(known.value()))) {
      Eventually.pause(1_000);
      cable().block();
      long hung = System.nanoTime();
      long mended;
      try (Callers strangers =
              new Callers(
                  STRANGERS, Duration.ofMillis(100), () -> gateway.ask(MadeUpKey.wellFormed()));
          Callers people =
              new Callers(
                  STRANGERS,
                  Duration.ofMillis(100),
                  () -> tenant().admin().get("/api/v1/api-keys?size=5"));
          Callers changes =
              new Callers(
                  4,
                  Duration.ofMillis(100),
                  () ->
                      tenant()
                          .admin()
                          .put(written.path(), Map.of("description", Unique.name("never"))))) {
        Eventually.within(
            Duration.ofSeconds(20), () -> server().anonymous().get("/health/ready").expect(503));
        report(fault, "not ready after " + since(hung) + " ms");
        server().anonymous().get("/health/live").expect(200);
        Eventually.within(
            LONG,
            () ->
                assertThat(Callers.codes(callers.between(hung, System.nanoTime())))
                    .containsKey("STORE_UNAVAILABLE"));
        Eventually.pause(5_000);
        int most = server().threads();
        mended = System.nanoTime();
        cable().mend();
        List<Callers.Call> calls = callers.between(hung, mended);
        long lastValid =
            calls.stream()
                .filter(one -> one.code().equals("VALID"))
                .mapToLong(Callers.Call::sentNanos)
                .max()
                .orElse(hung);
        report(
            fault,
            "a known key is decided about for "
                + (lastValid - hung) / 1_000_000
                + " ms, 99 of 100 within "
                + Callers.millisOf(calls, 99)
                + " ms, all within "
                + Callers.slowestMillis(calls)
                + " ms: "
                + Callers.codes(calls));
        for (Map.Entry<String, Callers> one :
            Map.of("unknown keys", strangers, "reading", people, "changing", changes).entrySet()) {
          List<Callers.Call> refused = one.getValue().between(hung, mended);
          report(
              fault,
              one.getKey()
                  + ": "
                  + Callers.codes(refused)
                  + ", half within "
                  + Callers.millisOf(refused, 50)
                  + " ms, all within "
                  + Callers.slowestMillis(refused)
                  + " ms");
        }
        report(fault, "threads of the server: " + threads + " before, " + most + " at the end");
        assertThat(most).as("threads").isLessThan(threads + MOST_THREADS);
        assertThat(Callers.slowestMillis(calls)).as("a known key").isLessThan(BOUND_MILLIS);
        assertThat((lastValid - hung) / 1_000_000)
            .as("a known key is decided about")
            .isBetween(STALE_MILLIS / 2, STALE_MILLIS);
        for (Callers waiting : List.of(strangers, people, changes)) {
          List<Callers.Call> late = waiting.between(hung + 6_000_000_000L, mended);
          assertThat(Callers.codes(late)).containsOnlyKeys("STORE_UNAVAILABLE");
          assertThat(Callers.millisOf(late, 90)).as("refused soon").isLessThan(5_000);
        }
      }
      isWellAgain(fault, mended);
    }
  }

  @Test
  @Order(3)
  void brokenConnectionsAreMadeAnew() {
    String fault = "all connections to the store break at once";
    Gateway gateway = tenant().gateway();
    IssuedKey known = known();
    try (Callers callers = new Callers(4, NOW_AND_THEN, () -> gateway.ask(known.value()));
        Callers strangers =
            new Callers(8, NOW_AND_THEN, () -> gateway.ask(MadeUpKey.wellFormed()))) {
      Eventually.pause(1_000);
      long broken = System.nanoTime();
      for (int i = 0; i < 5; i++) {
        cable().breakAll();
        Eventually.pause(1_000);
      }
      long mended = System.nanoTime();
      isWellAgain(fault, mended);
      Eventually.pause(3_000);
      List<Callers.Call> calls = callers.between(broken, System.nanoTime());
      report(fault, "known key: " + Callers.codes(calls));
      assertThat(Callers.codes(calls)).containsOnlyKeys("VALID");
      Map<String, Long> others = Callers.codes(strangers.between(broken, System.nanoTime()));
      report(fault, "unknown keys: " + others);
      assertThat(others.keySet()).isSubsetOf("NOT_FOUND", "STORE_UNAVAILABLE");
      assertThat(Callers.codes(strangers.between(mended + 2_000_000_000L, System.nanoTime())))
          .containsOnlyKeys("NOT_FOUND");
    }
  }
}
