package org.apikeys.web.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code /{id}/trial}: report-only. */
@ExtendWith(SharedServer.class)
class KeyTrialIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Map<String, ?> FROM_OFFICE =
      Map.of("ip", Map.of("allow", List.of("192.0.2.0/24")));

  private final Tenant tenant;

  KeyTrialIT(Tenant tenant) {
    this.tenant = tenant;
  }

  private static String trial(IssuedKey key) {
    return key.path() + "/trial";
  }

  private Answer begin(IssuedKey key, Object... proposal) {
    return tenant.admin().put(trial(key), Json.object(proposal)).expect(200);
  }

  /** Calls until one is judged: the trial is known to every node within a second. */
  private void callUntilJudged(IssuedKey key, Object... call) {
    Eventually.within(
        LIMIT,
        () -> {
          assertThat(tenant.gateway().code(key, call)).isEqualTo("VALID");
          assertThat(tenant.admin().get(trial(key)).expect(200).number("/judged")).isPositive();
        });
  }

  private static JsonNode refusal(Answer report, String code, String item) {
    for (JsonNode one : report.at("/refusals")) {
      if (one.path("code").asText().equals(code) && one.path("item").asText().equals(item)) {
        return one;
      }
    }
    throw new AssertionError("no " + code + " for " + item + " in " + report);
  }

  @Test
  void countsWhatWouldBeRefusedAndRefusesNothing() {
    IssuedKey key = tenant.key().scopes("agents:*", "deployments:write").issue();
    assertThat(tenant.admin().get(trial(key)).status()).as("nothing is on trial").isEqualTo(204);
    Answer begun =
        begin(
            key,
            "restrictions",
            Map.of(
                "ip",
                Map.of("allow", List.of("192.0.2.0/24")),
                "referrers",
                List.of("https://app.example.com/*")),
            "scopes",
            List.of("agents:*", "deployments:write@projects/42/*"),
            "duration",
            "P14D");
    assertThat(begun.number("/judged")).isZero();
    assertThat(
            Duration.between(
                Instant.parse(begun.text("/started_at")), Instant.parse(begun.text("/ends_at"))))
        .isEqualTo(Duration.ofDays(14));
    callUntilJudged(key, "ip", "192.0.2.1", "referrer", "https://app.example.com/start");

    for (int i = 0; i < 3; i++) {
      assertThat(tenant.gateway().code(key, "ip", "198.51.100.7")).isEqualTo("VALID");
    }
    assertThat(
            tenant
                .gateway()
                .code(key, "ip", "192.0.2.1", "referrer", "https://evil.example/a?name=dora"))
        .isEqualTo("VALID");
    for (String resource : List.of("projects/42/api", "projects/43/api")) {
      assertThat(
              tenant
                  .gateway()
                  .code(
                      key,
                      "ip",
                      "192.0.2.1",
                      "referrer",
                      "https://app.example.com/",
                      "scopes",
                      "deployments:write",
                      "resource",
                      resource))
          .isEqualTo("VALID");
    }

    Eventually.within(
        LIMIT,
        () -> {
          Answer report = tenant.admin().get(trial(key)).expect(200);
          assertThat(report.number("/refused")).isEqualTo(5);
          assertThat(report.number("/by_code/IP_NOT_ALLOWED")).isEqualTo(3);
          assertThat(refusal(report, "IP_NOT_ALLOWED", "198.51.100.7").path("calls").asInt())
              .isEqualTo(3);
          refusal(report, "REFERRER_NOT_ALLOWED", "https://evil.example/a");
          refusal(report, "INSUFFICIENT_SCOPE", "deployments:write on projects/43/api");
          assertThat(report.number("/judged")).isGreaterThanOrEqualTo(7);
          assertThat(report.at("/ended").booleanValue()).isFalse();
          assertThat(report.at("/proposal/permission_sets").isMissingNode()).isTrue();
        });
    Answer same = tenant.admin().get(key.path()).expect(200);
    assertThat(same.at("/restrictions/ip/allow")).as("the key is as it was").isEmpty();
  }

  @Test
  void aCallThatIsDeniedAnywayIsNotJudged() {
    IssuedKey key = tenant.key().scopes("agents:read").issue();
    begin(key, "restrictions", FROM_OFFICE);
    callUntilJudged(key, "ip", "192.0.2.1");

    assertThat(tenant.gateway().code(key, "ip", "203.0.113.9", "scopes", "agents:write"))
        .isEqualTo("INSUFFICIENT_SCOPE");
    assertThat(tenant.gateway().code(key, "ip", "203.0.113.9")).isEqualTo("VALID");

    Eventually.within(
        LIMIT,
        () ->
            assertThat(tenant.admin().get(trial(key)).expect(200).number("/refused")).isEqualTo(1));
  }

  @Test
  void theProxyIsJudgedTooAndTheKeysOwnCalls() {
    IssuedKey key = tenant.key().scopes("keys:read", "agents:read").issue();
    begin(key, "restrictions", Map.of("referrers", List.of("https://app.example.com/*")));

    Eventually.within(
        LIMIT,
        () -> {
          tenant.server().anonymous().withKey(key.value()).get("/api/v1/api-keys").expect(200);
          assertThat(tenant.admin().get(trial(key)).expect(200).number("/refused")).isPositive();
        });
    assertThat(
            refusal(tenant.admin().get(trial(key)).expect(200), "REFERRER_NOT_ALLOWED", "unknown")
                .path("last_call_at")
                .isTextual())
        .isTrue();
  }

  @Test
  void endsWhenItIsToldToAndForgetsWithTheNext() {
    IssuedKey key = tenant.key().scopes("agents:read").issue();
    begin(key, "restrictions", FROM_OFFICE);
    callUntilJudged(key, "ip", "203.0.113.9");

    Answer next = begin(key, "scopes", List.of());
    assertThat(next.number("/judged")).as("counted anew").isZero();
    assertThat(next.at("/proposal/restrictions").isMissingNode()).isTrue();
    tenant.admin().delete(trial(key)).expect(204);
    assertThat(tenant.admin().get(trial(key)).status()).isEqualTo(204);
    tenant.admin().delete(trial(key)).expectProblem(404, "NOT_FOUND");
  }

  @Test
  void theProposalCanBeMadeToCount() {
    IssuedKey key = tenant.key().scopes("agents:read").issue();
    Answer begun = begin(key, "restrictions", FROM_OFFICE);

    tenant.admin().put(key.path(), begun.at("/proposal")).expect(200);

    assertThat(tenant.gateway().code(key, "ip", "203.0.113.9")).isEqualTo("IP_NOT_ALLOWED");
  }

  @Test
  void refusesWhatCanNotBeTriedAndKeysThatAreNotThere() {
    IssuedKey key = tenant.key().scopes("agents:read").issue();
    tenant.admin().put(trial(key), Json.object()).expectInvalid("restrictions");
    tenant
        .admin()
        .put(trial(key), Json.object("scopes", List.of("agents:read")))
        .expectInvalid("restrictions");
    tenant.admin().put(trial(key), Json.object("rate_limit", 5)).expectInvalid("rate_limit");
    for (Object wrong : new Object[] {"P91D", "PT59S", "tomorrow", 7, "-P1D"}) {
      tenant
          .admin()
          .put(trial(key), Json.object("restrictions", FROM_OFFICE, "duration", wrong))
          .expectInvalid("duration");
    }
    tenant
        .admin()
        .put(trial(key), Json.object("scopes", List.of("no:such")))
        .expectProblem(400, "VALIDATION_FAILED");

    tenant
        .person("auditor")
        .api()
        .put(trial(key), Json.object("restrictions", FROM_OFFICE))
        .expectProblem(403, "FORBIDDEN");
    tenant
        .person("developer")
        .api()
        .put(trial(key), Json.object("restrictions", FROM_OFFICE))
        .expectProblem(404, "NOT_FOUND");
    Tenant other = tenant.server().newTenant();
    other.admin().get(trial(key)).expectProblem(404, "NOT_FOUND");
    other.admin().delete(trial(key)).expectProblem(404, "NOT_FOUND");

    tenant.admin().delete(key.path()).expect(200);
    tenant
        .admin()
        .put(trial(key), Json.object("restrictions", FROM_OFFICE))
        .expectProblem(409, "CONFLICT");
  }
}
