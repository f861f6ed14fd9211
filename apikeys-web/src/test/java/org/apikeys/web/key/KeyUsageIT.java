package org.apikeys.web.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Clocks;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code GET /api/v1/api-keys/{id}/usage}. */
@ExtendWith(SharedServer.class)
class KeyUsageIT {
  private final Tenant tenant;

  KeyUsageIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void showsTheMinutesWindowAndEveryOther() {
    IssuedKey key = tenant.key().issue();
    awaitEarlyInTheMinute();
    for (int i = 0; i < 3; i++) {
      tenant.gateway().verify(key);
    }
    Answer answer = tenant.admin().get(key.path() + "/usage").expect(200);
    assertThat(answer.text("/key_id")).isEqualTo(key.keyId());
    assertThat(answer.number("/request_count")).isEqualTo(3);
    assertThat(answer.number("/rate_limit")).isEqualTo(100);
    assertThat(answer.number("/remaining")).isEqualTo(97);
    Instant start = Instant.parse(answer.text("/window_start"));
    assertThat(start).isEqualTo(start.truncatedTo(ChronoUnit.MINUTES));
    assertThat(Instant.parse(answer.text("/reset_at"))).isEqualTo(start.plusSeconds(60));

    JsonNode windows = answer.at("/windows");
    assertThat(windows).hasSize(3);
    for (JsonNode window : windows) {
      assertThat(window.path("remaining").asLong()).as("%s", window).isIn(97L, 997L, 9997L);
    }
  }

  @Test
  void startsWithNothing() {
    IssuedKey key = tenant.key().perMinute(100).issue();
    Answer answer = tenant.admin().get(key.path() + "/usage").expect(200);
    assertThat(answer.number("/request_count")).isZero();
    assertThat(answer.number("/remaining")).isEqualTo(100);
    assertThat(answer.at("/windows")).hasSize(1);
  }

  @Test
  void countsNoRefusedCallTwice() {
    IssuedKey key = tenant.key().perMinute(2).issue();
    awaitEarlyInTheMinute();
    for (int i = 0; i < 5; i++) {
      tenant.gateway().verify(key);
    }
    Answer answer = tenant.admin().get(key.path() + "/usage").expect(200);
    assertThat(answer.number("/request_count")).isEqualTo(2);
    assertThat(answer.number("/remaining")).isZero();
  }

  @Test
  void countsCallsForWhichTheKeyLacksTheScopeAsDenied() {
    IssuedKey key = tenant.key().issue();
    for (int i = 0; i < 3; i++) {
      tenant
          .server()
          .anonymous()
          .withKey(key.value())
          .get("/api/v1/users")
          .expectProblem(403, "FORBIDDEN");
    }
    tenant.server().anonymous().withKey(key.value()).get("/api/v1/auth/me").expect(200);
    Eventually.within(
        Duration.ofSeconds(10),
        () -> {
          Answer answer = tenant.admin().get(key.path()).expect(200);
          assertThat(answer.number("/usage_count")).isEqualTo(1);
          assertThat(answer.number("/denied_count")).isEqualTo(3);
        });
  }

  @Test
  void isHiddenFromOtherDevelopersAndClosedToStrangers() {
    IssuedKey key = tenant.key().issue();
    tenant.person("developer").api().get(key.path() + "/usage").expectProblem(404, "NOT_FOUND");
    tenant.server().anonymous().get(key.path() + "/usage").expectProblem(401, "UNAUTHENTICATED");
    tenant.admin().get("/api/v1/api-keys/999999999/usage").expectProblem(404, "NOT_FOUND");
  }

  /** Windows are aligned to the clock: a test that counts in one must not cross its end. */
  private static void awaitEarlyInTheMinute() {
    Clocks.awaitRoomInTheMinute(Duration.ofSeconds(5));
  }
}
