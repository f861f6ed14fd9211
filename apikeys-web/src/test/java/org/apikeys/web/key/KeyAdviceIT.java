package org.apikeys.web.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
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

/** {@code /{id}/advice} and {@code /{id}/replay}. */
@ExtendWith(SharedServer.class)
class KeyAdviceIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Tenant tenant;

  KeyAdviceIT(Tenant tenant) {
    this.tenant = tenant;
  }

  private IssuedKey usedKey() {
    IssuedKey key =
        tenant
            .key()
            .scopes("agents:*", "deployments:write")
            .with(
                "restrictions",
                Map.of("ip", Map.of("allow", List.of("192.0.2.0/25", "198.51.100.0/24"))))
            .issue();
    for (int i = 1; i <= 3; i++) {
      assertThat(
              tenant
                  .gateway()
                  .code(
                      key,
                      "scopes",
                      "agents:read",
                      "ip",
                      "192.0.2." + i,
                      "method",
                      "GET",
                      "endpoint",
                      "/agents"))
          .isEqualTo("VALID");
    }
    Eventually.within(
        LIMIT,
        () -> {
          assertThat(advice(key).at("/used_scopes").size()).isEqualTo(1);
          assertThat(advice(key).at("/used_methods").size()).isEqualTo(1);
          assertThat(advice(key).at("/unused_ranges").size()).isEqualTo(1);
          assertThat(replay(key, Json.object()).number("/replayed")).isEqualTo(3);
        });
    return key;
  }

  private Answer advice(IssuedKey key) {
    return tenant.admin().get(key.path() + "/advice?days=7").expect(200);
  }

  private Answer replay(IssuedKey key, Object proposal) {
    return tenant.admin().post(key.path() + "/replay", proposal).expect(200);
  }

  @Test
  void advisesToTakeWhatIsNotUsedAndTakesItWhenAsked() {
    IssuedKey key = usedKey();
    Answer advice = advice(key);
    assertThat(advice.text("/used_scopes/0/scope")).isEqualTo("agents:read");
    assertThat(Json.texts(advice.at("/unused_scopes")))
        .contains("agents:write", "deployments:write");
    assertThat(Json.texts(advice.at("/unused_ranges"))).containsExactly("198.51.100.0/24");
    assertThat(Json.texts(advice.at("/used_methods"))).containsExactly("GET");
    assertThat(Json.texts(advice.at("/narrowing/scopes"))).containsExactly("agents:read");

    Answer narrowed = tenant.admin().post(key.path() + "/advice/apply?days=7").expect(200);
    assertThat(Json.texts(narrowed.at("/scopes"))).containsExactly("agents:read");
    assertThat(Json.texts(narrowed.at("/restrictions/ip/allow"))).containsExactly("192.0.2.0/25");
    assertThat(tenant.gateway().code(key, "scopes", "agents:write", "ip", "192.0.2.1"))
        .isEqualTo("INSUFFICIENT_SCOPE");
    tenant.admin().post(key.path() + "/advice/apply?days=7").expectProblem(409, "CONFLICT");
  }

  @Test
  void replaysPastCallsAgainstAProposalAndChangesNothing() {
    IssuedKey key = usedKey();
    Answer report =
        replay(
            key,
            Json.object(
                "scopes",
                List.of("deployments:write"),
                "restrictions",
                Map.of("ip", Map.of("allow", List.of("192.0.2.2/31")))));
    assertThat(report.number("/refused")).isEqualTo(1);
    assertThat(report.number("/by_code/IP_NOT_ALLOWED")).isEqualTo(1);
    assertThat(report.text("/examples/0/ip")).isEqualTo("192.0.2.1");
    assertThat(Json.texts(report.at("/scopes_lost"))).containsExactly("agents:read");
    // a day may end between the calls
    Answer limited =
        replay(key, Json.object("rate_limits", Map.of("requests", Map.of("per_day", 1))));
    assertThat(limited.number("/by_code/RATE_LIMITED")).isBetween(1L, 2L);
    assertThat(replay(key, Json.object()).number("/refused")).isZero();
    assertThat(tenant.gateway().code(key, "scopes", "agents:read", "ip", "192.0.2.1"))
        .isEqualTo("VALID");
  }

  @Test
  void saysThatAnUnusedKeyIsUnused() {
    IssuedKey key = tenant.key().scopes("agents:read").issue();
    Answer advice = advice(key);
    assertThat(advice.at("/narrowing").isNull()).isTrue();
    assertThat(advice.at("/notes").toString()).contains("not used at all");
  }

  @Test
  void refusesWhatItDoesNotUnderstandAndKeysThatAreNotThere() {
    IssuedKey key = tenant.key().issue();
    tenant.admin().get(key.path() + "/advice?days=0").expectInvalid("days");
    tenant.admin().post(key.path() + "/replay", Json.object("name", "other")).expectInvalid("name");
    tenant
        .admin()
        .post(
            key.path() + "/replay",
            Json.object("restrictions", Map.of("ip", Map.of("allow", List.of("300.1.1.1")))))
        .expectProblem(400, "VALIDATION_FAILED");
    Tenant other = tenant.server().newTenant();
    other.admin().get(key.path() + "/advice").expectProblem(404, "NOT_FOUND");
    other.admin().post(key.path() + "/replay", Json.object()).expectProblem(404, "NOT_FOUND");
    tenant
        .person("auditor")
        .api()
        .post(key.path() + "/advice/apply")
        .expectProblem(403, "FORBIDDEN");
  }

  @Test
  void replaysByTheLimitsThatDecide() {
    IssuedKey key =
        tenant
            .key()
            .scopes("deployments:write")
            .with("rate_limits", Map.of("requests", Map.of("per_hour", 1000)))
            .issue();
    for (int i = 0; i < 5; i++) {
      assertThat(
              tenant
                  .gateway()
                  .code(key, "scopes", "deployments:write", "resource", "projects/42/x"))
          .isEqualTo("VALID");
    }
    tenant
        .admin()
        .post(
            "/api/v1/usage",
            Map.of(
                "records",
                List.of(
                    Json.object(
                        "key_id",
                        key.keyId(),
                        "status_code",
                        200,
                        "bytes_in",
                        5_000_000,
                        "bytes_out",
                        10,
                        "response_time",
                        0.01))))
        .expect(202);
    Eventually.within(
        LIMIT, () -> assertThat(replay(key, Json.object()).number("/replayed")).isEqualTo(6));

    assertThat(limited(key, "{\"requests\": {\"per_day\": 3}, \"burst\": {\"max_burst\": 50}}"))
        .as("the burst passes them")
        .isZero();
    assertThat(
            limited(
                key,
                "{\"requests\": {\"per_day\": 100}, \"algorithm\": \"token_bucket\","
                    + " \"burst\": {\"max_burst\": 2}}"))
        .isEqualTo(4);
    assertThat(refused(key, "{\"payload_bytes\": 4999999}").number("/by_code/PAYLOAD_TOO_LARGE"))
        .isEqualTo(1);
    assertThat(
            refused(key, "{\"bandwidth\": {\"total_gb_per_day\": 0.001}}")
                .number("/by_code/BANDWIDTH_EXCEEDED"))
        .isEqualTo(1);
    Answer concurrent = refused(key, "{\"concurrent\": 2}");
    assertThat(concurrent.number("/refused")).isZero();
    assertThat(concurrent.at("/notes").toString()).contains("concurrent is not judged");
    Answer quotas =
        replay(
            key,
            Json.read(
                "{\"resource_limits\": {\"bytes_in\": {\"limit\": 100}, \"pages\": {\"limit\":"
                    + " 1}}}"));
    assertThat(quotas.number("/by_code/QUOTA_EXCEEDED")).isEqualTo(1);
    assertThat(quotas.at("/notes").toString()).contains("bytes_in and bytes_out");

    Answer elsewhere =
        replay(key, Json.object("scopes", List.of("deployments:write@projects/43/*")));
    assertThat(elsewhere.at("/scopes_lost")).isEmpty();
    assertThat(elsewhere.at("/notes").toString()).contains("with deployments:write would have");
  }

  private Answer refused(IssuedKey key, String limits) {
    return replay(key, Json.read("{\"rate_limits\": " + limits + "}"));
  }

  private long limited(IssuedKey key, String limits) {
    return refused(key, limits).at("/by_code/RATE_LIMITED").asLong();
  }
}
