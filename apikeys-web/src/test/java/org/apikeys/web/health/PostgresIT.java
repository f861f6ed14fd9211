package org.apikeys.web.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Clocks;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.MadeUpKey;
import org.apikeys.web.server.Ports;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;

/** The whole path on PostgreSQL, with PostgreSQL going away and coming back. */
class PostgresIT {
  private static final Duration RECOVERY = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  /** How many leases have not ended. */
  private static final String LEASES =
      "SELECT COUNT(*) FROM lease WHERE ends_at > extract(epoch FROM now()) * 1000";

  /** How many reports somebody is making. */
  private static final String REPORTS =
      "SELECT COUNT(*) FROM report_job WHERE status = 'running' AND holder IS NOT NULL";

  private final Path data = Path.of("target", Unique.name("postgres")).toAbsolutePath();
  private final int port = Ports.free();

  @Test
  void worksOnPostgresAndOutlivesItsLoss() throws IOException {
    EmbeddedPostgres postgres = start();
    try (RunningServer server = RunningServer.named("postgres").postgres(port).start()) {
      Tenant tenant = server.newTenant();
      Gateway gateway = tenant.gateway();
      IssuedKey kept = issuesVerifiesLimitsAndRevokes(tenant, gateway);
      IssuedKey cold = tenant.key().unlimited().issue();

      // The feed has told of every change by now, so what is asked for stays in the cache.
      Eventually.pause(1000);
      assertThat(gateway.code(kept)).isEqualTo("VALID");
      postgres.close();
      try {
        answersFromItsCacheAlone(tenant, gateway, kept, cold);
        answersUnavailableOnceTheCacheIsStale(gateway, kept);
      } finally {
        postgres = start();
      }

      Eventually.within(RECOVERY, () -> server.anonymous().get("/health/ready").expect(200));
      Eventually.within(
          RECOVERY, () -> assertThat(gateway.ask(kept.value()).status()).isEqualTo(200));
      assertThat(gateway.code(cold)).isEqualTo("VALID");
      IssuedKey later = tenant.key().issue();
      assertThat(gateway.code(later)).isEqualTo("VALID");
      Eventually.within(
          Duration.ofSeconds(5),
          () ->
              assertThat(tenant.admin().get(kept.path()).expect(200).number("/usage_count"))
                  .isGreaterThanOrEqualTo(3));

      givesItsLeasesBackInTime(server, tenant, postgres);
      server.restart();
      assertThat(gateway.code(kept)).isEqualTo("VALID");
    } finally {
      postgres.close();
    }
  }

  private IssuedKey issuesVerifiesLimitsAndRevokes(Tenant tenant, Gateway gateway) {
    IssuedKey kept = tenant.key().unlimited().scopes("agents:read").issue();
    assertThat(gateway.code(kept, "scopes", "agents:read")).isEqualTo("VALID");
    assertThat(gateway.code(kept, "scopes", "agents:write")).isEqualTo("INSUFFICIENT_SCOPE");

    IssuedKey limited = tenant.key().perMinute(2).issue();
    Clocks.awaitRoomInTheMinute(Duration.ofSeconds(5));
    assertThat(gateway.code(limited)).isEqualTo("VALID");
    assertThat(gateway.code(limited)).isEqualTo("VALID");
    assertThat(gateway.code(limited)).isEqualTo("RATE_LIMITED");

    IssuedKey revoked = tenant.key().issue();
    assertThat(gateway.code(revoked)).isEqualTo("VALID");
    tenant.admin().delete(revoked.path()).expect(200);
    assertThat(gateway.code(revoked)).isEqualTo("REVOKED");

    assertThat(
            Json.texts(
                tenant.admin().get("/api/v1/api-keys?size=200").expect(200).at("/api_keys"),
                "key_id"))
        .contains(kept.keyId(), limited.keyId(), revoked.keyId());
    Eventually.within(
        Duration.ofSeconds(3),
        () -> {
          assertThat(tenant.admin().get(limited.path()).number("/usage_count")).isEqualTo(2);
          assertThat(
                  Json.texts(
                      tenant
                          .server()
                          .admin()
                          .get("/api/v1/audit/events?target=" + revoked.keyId())
                          .expect(200)
                          .at("/events"),
                      "action"))
              .contains("key.revoked", "key.created");
        });
    return kept;
  }

  private static void answersFromItsCacheAlone(
      Tenant tenant, Gateway gateway, IssuedKey kept, IssuedKey cold) {
    Instant end = Instant.now().plusSeconds(6);
    while (Instant.now().isBefore(end)) {
      assertThat(gateway.code(kept)).isEqualTo("VALID");
      Eventually.pause(200);
    }
    gateway.ask(cold.value()).expectProblem(503, "STORE_UNAVAILABLE");
    gateway.ask(MadeUpKey.wellFormed()).expectProblem(503, "STORE_UNAVAILABLE");
    Answer refused = tenant.key().send();
    refused.expectProblem(503, "STORE_UNAVAILABLE");
    tenant
        .admin()
        .put(kept.path(), Map.of("description", "never"))
        .expectProblem(503, "STORE_UNAVAILABLE");
    Eventually.within(
        Duration.ofSeconds(15), () -> tenant.server().anonymous().get("/health/ready").expect(503));
  }

  private static void answersUnavailableOnceTheCacheIsStale(Gateway gateway, IssuedKey kept) {
    Eventually.within(
        Duration.ofSeconds(20),
        () -> gateway.ask(kept.value()).expectProblem(503, "STORE_UNAVAILABLE"));
  }

  /** Other nodes go on at once with what this one did. */
  private static void givesItsLeasesBackInTime(
      RunningServer server, Tenant tenant, EmbeddedPostgres postgres) {
    assertThat(number(postgres, LEASES)).as("leases of a server at work").isPositive();
    for (int i = 0; i < 2; i++) {
      tenant
          .admin()
          .post("/api/v1/report-jobs", Map.of("report", "access-review", "format", "pdf"))
          .expect(201);
    }
    long asked = System.nanoTime();
    server.stop();
    assertThat(Duration.ofNanos(System.nanoTime() - asked)).as("stop").isLessThan(STOP_LIMIT);
    assertThat(number(postgres, LEASES)).as("leases of a server that has stopped").isZero();
    assertThat(number(postgres, REPORTS)).as("reports that it holds yet").isZero();
  }

  private static long number(EmbeddedPostgres postgres, String query) {
    try (Connection store = postgres.getPostgresDatabase().getConnection();
        Statement statement = store.createStatement();
        ResultSet number = statement.executeQuery(query)) {
      number.next();
      return number.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private EmbeddedPostgres start() {
    try {
      return EmbeddedPostgres.builder()
          .setDataDirectory(data)
          .setCleanDataDirectory(false)
          .setPort(port)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
