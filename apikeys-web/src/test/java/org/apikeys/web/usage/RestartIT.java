package org.apikeys.web.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;

/** What is left after the process has ended, cleanly or not. */
class RestartIT {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  @Test
  void survivesACleanStopAndAKill() {
    try (RunningServer server = RunningServer.named("restart").start()) {
      Tenant tenant = server.newTenant();
      Person developer = tenant.newPerson("developer");
      IssuedKey key = tenant.key().scopes("agents:read").perMinute(1000).issue();
      IssuedKey revoked = tenant.key().issue();
      tenant.admin().delete(revoked.path()).expect(200);
      Gateway gateway = tenant.gateway();
      for (int i = 0; i < 25; i++) {
        assertThat(gateway.code(key)).isEqualTo("VALID");
      }

      WorkInHand work = WorkInHand.of(tenant);
      long asked = System.nanoTime();
      server.stop();
      assertThat(Duration.ofNanos(System.nanoTime() - asked)).as("stop").isLessThan(STOP_LIMIT);
      work.awaitEnd();
      server.restart();
      work.requireAllThere();

      // Counted to the last call: what was buffered is written when the server is asked to stop.
      Answer after = server.admin().get("/health/ready").expect(200);
      assertThat(after.body()).contains("UP");
      String admin = server.token("admin", RunningServer.ADMIN_PASSWORD);
      assertThat(admin).isNotBlank();
      Person admin2 = tenant.person("admin");
      Answer read = server.signIn(admin2.name(), admin2.password()).get(key.path()).expect(200);
      assertThat(read.number("/usage_count")).isEqualTo(25);
      assertThat(read.text("/last_used")).endsWith("Z");
      assertThat(gateway.code(key, "scopes", "agents:read")).isEqualTo("VALID");
      assertThat(gateway.code(revoked)).isEqualTo("REVOKED");
      server.signIn(developer.name(), developer.password());
      developer.api().get("/api/v1/auth/me").expect(200);
      Answer events = server.admin().get("/api/v1/audit/events?target=" + key.keyId()).expect(200);
      assertThat(Json.texts(events.at("/events"), "action")).containsExactly("key.created");
      long size = events.number("/events/0/sequence");

      IssuedKey late = tenant.key().issue();
      assertThat(gateway.code(late)).isEqualTo("VALID");
      tenant.admin().put(late.path(), Map.of("description", "written before the kill")).expect(200);
      server.kill();
      try (EarlyCallers early = EarlyCallers.of(tenant.admin(), late.path())) {
        server.restart();
        early.requireNoLies();
      }

      assertThat(gateway.code(late)).isEqualTo("VALID");
      assertThat(gateway.code(revoked)).isEqualTo("REVOKED");
      Answer shown = tenant.admin().get(late.path()).expect(200);
      assertThat(shown.text("/description")).isEqualTo("written before the kill");
      assertThat(tenant.admin().get(key.path()).expect(200).number("/usage_count"))
          .isGreaterThanOrEqualTo(25);
      Eventually.within(
          Duration.ofSeconds(5),
          () -> {
            Answer log =
                server.admin().get("/api/v1/audit/events?target=" + late.keyId()).expect(200);
            assertThat(Json.texts(log.at("/events"), "action"))
                .containsExactly("key.updated", "key.created");
            assertThat(log.number("/events/1/sequence")).isGreaterThan(size);
          });
    }
  }

  @Test
  void printsARandomPasswordOnceWhenNoneIsSet() {
    try (RunningServer server =
        RunningServer.named("random-password").setting("APIKEYS_ADMIN_PASSWORD", "").start()) {
      assertThat(server.log()).contains("admin").containsIgnoringCase("password");
      server
          .anonymous()
          .post("/api/v1/auth/token", Map.of("username", "admin", "password", ""))
          .expectAnyProblem();
      server
          .anonymous()
          .post(
              "/api/v1/auth/token",
              Map.of("username", "admin", "password", RunningServer.ADMIN_PASSWORD))
          .expectProblem(401, "UNAUTHENTICATED");
    }
  }
}
