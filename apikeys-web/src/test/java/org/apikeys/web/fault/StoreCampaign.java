package org.apikeys.web.fault;

import static org.apikeys.web.server.Measured.millisSince;
import static org.apikeys.web.server.Measured.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** PostgreSQL that is slow, that takes connections and does not answer, and that breaks them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StoreCampaign {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Duration NOW_AND_THEN = Duration.ofMillis(20);

  /** Four seconds until a store that hangs is let go of, and what a busy machine adds. */
  private static final long BOUND_MILLIS = 8_000;

  private static final long STALE_MILLIS = 10_000;

  /** Who has not got a connection and an answer by then is refused. */
  private static final long TURN_MILLIS = 20_000;

  /** The server's own threads for requests, and some. */
  private static final int MOST_THREADS = 260;

  /** More than the server has connections to the store. */
  private static final int STRANGERS = 80;

  private final EmbeddedPostgres postgres = EmbeddedPostgres.builder().start();
  private final Cable cable = new Cable(postgres.getPort());
  private final RunningServer server =
      RunningServer.named("store-campaign").postgres(cable.port()).start();
  private final Tenant tenant = server.newTenant();

  StoreCampaign() throws IOException {}

  @AfterAll
  void stop() throws IOException {
    cable.mend();
    server.close();
    cable.close();
    postgres.close();
  }

  private IssuedKey known() {
    IssuedKey key = tenant.key().unlimited().issue();
    Eventually.within(LONG, () -> assertThat(tenant.gateway().code(key)).isEqualTo("VALID"));
    return key;
  }

  private void isWellAgain(String fault, long mended) {
    Eventually.within(LONG, () -> server.anonymous().get("/health/ready").expect(200));
    report(fault, "ready again after " + millisSince(mended) + " ms");
    IssuedKey later = tenant.key().unlimited().issue();
    assertThat(tenant.gateway().code(later)).isEqualTo("VALID");
    report(fault, "all is well after " + millisSince(mended) + " ms");
  }

  @Test
  @Order(1)
  void aSlowStoreSlowsNoKeyThatIsKnown() {
    Gateway gateway = tenant.gateway();
    IssuedKey known = known();
    for (int delay : new int[] {20, 100}) {
      String fault = "each way to the store takes " + delay + " ms";
      cable.slow(Duration.ofMillis(delay));
      long began = System.nanoTime();
      try (Callers callers = new Callers(4, NOW_AND_THEN, () -> gateway.ask(known.value()))) {
        long asked = System.nanoTime();
        assertThat(gateway.code(tenant.key().unlimited().issue())).isEqualTo("VALID");
        report(fault, "issuing a key and asking about it took " + millisSince(asked) + " ms");
        Eventually.pause(8_000);
        List<Callers.Call> calls = callers.between(began, System.nanoTime());
        report(fault, "known key: " + Callers.described(calls));
        assertThat(Callers.codes(calls)).containsOnlyKeys("VALID");
      } finally {
        cable.mend();
      }
      server.anonymous().get("/health/ready").expect(200);
    }
  }

  @Test
  @Order(2)
  void aStoreThatHangsHoldsNobody() {
    String fault = "the store hangs";
    Gateway gateway = tenant.gateway();
    IssuedKey known = known();
    IssuedKey written = known();
    int threads = server.threads();
    try (Callers callers = new Callers(4, NOW_AND_THEN, () -> gateway.ask(known.value()))) {
      Eventually.pause(1_000);
      cable.block();
      long hung = System.nanoTime();
      long mended;
      try (Callers strangers =
              new Callers(
                  STRANGERS, Duration.ofMillis(100), () -> gateway.ask(MadeUpKey.wellFormed()));
          Callers people =
              new Callers(
                  STRANGERS,
                  Duration.ofMillis(100),
                  () -> tenant.admin().get("/api/v1/api-keys?size=5"));
          Callers changes =
              new Callers(
                  4,
                  Duration.ofMillis(100),
                  () ->
                      tenant
                          .admin()
                          .put(written.path(), Map.of("description", Unique.name("never"))))) {
        Eventually.within(
            Duration.ofSeconds(20), () -> server.anonymous().get("/health/ready").expect(503));
        report(fault, "not ready after " + millisSince(hung) + " ms");
        server.anonymous().get("/health/live").expect(200);
        Eventually.within(
            LONG,
            () ->
                assertThat(Callers.codes(callers.between(hung, System.nanoTime())))
                    .containsKey("STORE_UNAVAILABLE"));
        Eventually.pause(5_000);
        int most = server.threads();
        mended = System.nanoTime();
        cable.mend();
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
                + " ms: "
                + Callers.described(calls));
        for (Map.Entry<String, Callers> one :
            Map.of("unknown keys", strangers, "reading", people, "changing", changes).entrySet()) {
          List<Callers.Call> refused = one.getValue().between(hung, mended);
          report(fault, one.getKey() + ": " + Callers.described(refused));
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
  void whoeverWantsTheStoreWhenAllConnectionsAreTakenWaitsForATurn() {
    String fault = "more want the store than there are connections";
    Gateway gateway = tenant.gateway();
    IssuedKey known = known();
    cable.slow(Duration.ofMillis(50));
    long began = System.nanoTime();
    try (Callers callers = new Callers(4, NOW_AND_THEN, () -> gateway.ask(known.value()));
        Callers strangers =
            new Callers(2 * STRANGERS, Duration.ZERO, () -> gateway.ask(MadeUpKey.wellFormed()))) {
      Eventually.pause(12_000);
      long end = System.nanoTime();
      List<Callers.Call> calls = callers.between(began, end);
      List<Callers.Call> others = strangers.between(began, end);
      report(fault, "known key: " + Callers.described(calls));
      report(fault, "unknown keys: " + Callers.described(others));
      assertThat(Callers.codes(calls)).containsOnlyKeys("VALID");
      assertThat(Callers.slowestMillis(calls)).as("a known key").isLessThan(BOUND_MILLIS);
      assertThat(Callers.codes(others).keySet()).isSubsetOf("NOT_FOUND", "STORE_UNAVAILABLE");
      assertThat(Callers.codes(others)).containsKey("NOT_FOUND");
      assertThat(Callers.slowestMillis(others)).as("nobody waits on").isLessThan(TURN_MILLIS);
    } finally {
      cable.mend();
    }
    isWellAgain(fault, System.nanoTime());
  }

  @Test
  @Order(4)
  void brokenConnectionsAreMadeAnew() {
    String fault = "all connections to the store break at once";
    Gateway gateway = tenant.gateway();
    IssuedKey known = known();
    try (Callers callers = new Callers(4, NOW_AND_THEN, () -> gateway.ask(known.value()));
        Callers strangers =
            new Callers(8, NOW_AND_THEN, () -> gateway.ask(MadeUpKey.wellFormed()))) {
      Eventually.pause(1_000);
      long broken = System.nanoTime();
      for (int i = 0; i < 5; i++) {
        cable.breakAll();
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
