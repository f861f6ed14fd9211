package org.apikeys.web.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /health}, {@code /metrics}, {@code /openapi} and {@code /explorer/}. */
@ExtendWith(SharedServer.class)
class HealthMetricsIT {
  private final Tenant tenant;
  private final Api anonymous;

  HealthMetricsIT(Tenant tenant) {
    this.tenant = tenant;
    anonymous = tenant.server().anonymous();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health/started", "/health/ready", "/health/live"})
  void isUp(String path) {
    Answer answer = anonymous.get(path).expect(200);
    assertThat(answer.text("/status")).isEqualTo("UP");
    assertThat(answer.body()).doesNotContain("jdbc:").doesNotContain("Exception");
  }

  @Test
  void namesItsReadinessChecks() {
    assertThat(anonymous.get("/health/ready").expect(200).at("/checks").size()).isPositive();
  }

  @Test
  void countsVerificationsByCode() {
    IssuedKey key = tenant.key().unlimited().scopes("agents:read").issue();
    double valid = verifications("VALID");
    double denied = verifications("INSUFFICIENT_SCOPE");
    for (int i = 0; i < 5; i++) {
      tenant.gateway().verify(key);
    }
    tenant.gateway().verify(key, "scopes", "agents:write");
    Eventually.within(
        Duration.ofSeconds(3),
        () -> {
          assertThat(verifications("VALID")).isGreaterThanOrEqualTo(valid + 5);
          assertThat(verifications("INSUFFICIENT_SCOPE")).isGreaterThanOrEqualTo(denied + 1);
        });
    assertThat(metrics()).doesNotContain(key.value());
  }

  @Test
  void describesItself() {
    Answer answer =
        anonymous.header("Accept", "application/json").get("/openapi?format=JSON").expect(200);
    assertThat(answer.at("/openapi").asText()).startsWith("3.");
    for (String path :
        new String[] {
          "/api/v1/api-keys",
          "/api/v1/api-keys/{id}",
          "/api/v1/api-keys/{id}/rotate",
          "/api/v1/api-keys/{id}/renew",
          "/api/v1/api-keys/{id}/revoke",
          "/api/v1/api-keys/{id}/reveal",
          "/api/v1/api-keys/{id}/usage",
          "/api/v1/api-keys/scopes",
          "/api/v1/api-keys/verify",
          "/api/v1/authorize",
          "/api/v1/usage",
          "/api/v1/auth/token",
          "/api/v1/auth/me",
          "/api/v1/auth/jwks",
          "/api/v1/users",
          "/api/v1/organizations",
          "/api/v1/audit/events",
          "/api/v1/dashboard/stats"
        }) {
      assertThat(answer.json().path("paths").has(path)).as(path).isTrue();
    }
  }

  @Test
  void explainsAProblemAtItsPage() {
    Answer problem = anonymous.get("/api/v1/api-keys").expectProblem(401, "UNAUTHENTICATED");
    String type = problem.text("/type");
    String path = type.startsWith("http") ? URI.create(type).getPath() : type;
    assertThat(path).isEqualTo("/problems/UNAUTHENTICATED");
    anonymous.get(path).expect(200);
  }

  @Test
  void servesTheExplorer() {
    Answer answer = anonymous.get("/explorer/").expect(200);
    assertThat(answer.body()).contains("swagger-ui");
  }

  private double verifications(String code) {
    Matcher line =
        Pattern.compile(
                "(?m)^(\\S*apikeys\\S*verif\\S*\\{[^}]*\""
                    + Pattern.quote(code)
                    + "\"[^}]*}) (\\S+)")
            .matcher(metrics());
    return line.find() ? Double.parseDouble(line.group(2)) : 0;
  }

  private String metrics() {
    return anonymous.header("Accept", "text/plain").get("/metrics").expect(200).body();
  }
}
