package org.apikeys.web.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.MadeUpKey;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /api/v1/api-keys/verify}: each code, and the order of the checks. */
@ExtendWith(SharedServer.class)
class VerifyIT {
  private final Tenant tenant;
  private final Gateway gateway;

  VerifyIT(Tenant tenant) {
    this.tenant = tenant;
    gateway = tenant.gateway();
  }

  @Test
  void grantsAValidKey() {
    IssuedKey key =
        tenant
            .key()
            .scopes("agents:read", "deployments:write")
            .perMinute(100)
            .with("metadata", Map.of("team", "payments"))
            .issue();
    Answer answer =
        gateway.ask(
            key.value(),
            "scopes",
            List.of("agents:read"),
            "ip",
            "203.0.113.9",
            "referrer",
            "https://app.example.com/x",
            "method",
            "GET",
            "endpoint",
            "/agents",
            "environment",
            "production",
            "cost",
            1,
            "bytes_in",
            512,
            "explain",
            false);
    JsonNode decision = answer.expect(200).json();

    assertThat(decision.path("valid").asBoolean()).isTrue();
    assertThat(decision.path("code").asText()).isEqualTo("VALID");
    assertThat(decision.path("status").asInt()).isEqualTo(200);
    assertThat(decision.path("decision_id").asText()).isNotBlank();
    JsonNode shown = decision.path("key");
    assertThat(shown.path("id").asLong()).isEqualTo(key.id());
    assertThat(shown.path("key_id").asText()).isEqualTo(key.keyId());
    assertThat(shown.path("name").asText()).isEqualTo(key.name());
    assertThat(shown.path("organization_id").asLong()).isEqualTo(tenant.id());
    assertThat(shown.path("owner").asText()).isEqualTo(tenant.person("admin").name());
    assertThat(shown.path("environment").asText()).isEqualTo("production");
    assertThat(Json.texts(shown.path("scopes")))
        .containsExactlyInAnyOrder("agents:read", "deployments:write");
    assertThat(shown.path("metadata").path("team").asText()).isEqualTo("payments");
    assertThat(shown.has("expires_at")).isTrue();
    assertThat(shown.path("expires_at").isNull()).isTrue();
    JsonNode limit = decision.path("rate_limit");
    assertThat(limit.path("limit").asInt()).isEqualTo(100);
    assertThat(limit.path("remaining").asInt()).isEqualTo(99);
    assertThat(limit.path("window").asText()).isEqualTo("PT1M");
    assertThat(Instant.parse(limit.path("reset_at").asText()))
        .isBetween(Instant.now().minusSeconds(5), Instant.now().plusSeconds(65));
    assertThat(decision.has("credits")).isTrue();
    assertThat(decision.path("credits").isNull()).isTrue();
    assertThat(answer.body()).doesNotContain(key.value());
    assertThat(answer.header("x-request-id")).isPresent();
    assertThat(answer.header("x-content-type-options")).contains("nosniff");
  }

  @Test
  void answersNotFoundForAWellFormedKeyThatNobodyIssued() {
    // The checksum of this made-up key is right.
    JsonNode decision = gateway.verify(MadeUpKey.wellFormed());
    assertThat(decision.path("valid").asBoolean(true)).isFalse();
    assertThat(decision.path("code").asText()).isEqualTo("NOT_FOUND");
    assertThat(decision.path("status").asInt()).isEqualTo(401);
    assertThat(decision.path("key").isNull()).isTrue();
  }

  @Test
  void answersMalformedForAMistypedKey() {
    String value = tenant.key().issue().value();
    char last = value.charAt(value.length() - 1);
    String mistyped = value.substring(0, value.length() - 1) + (last == 'x' ? 'y' : 'x');
    JsonNode decision = gateway.verify(mistyped);
    assertThat(decision.path("code").asText()).isEqualTo("MALFORMED");
    assertThat(decision.path("status").asInt()).isEqualTo(401);
    assertThat(decision.path("key").isNull()).isTrue();
  }

  @Test
  void answersNotFoundForAKeyOfAnotherOrganization() {
    IssuedKey foreign = tenant.server().newTenant().key().issue();
    JsonNode decision = gateway.verify(foreign);
    assertThat(decision.path("code").asText()).isEqualTo("NOT_FOUND");
    assertThat(decision.path("key").isNull()).isTrue();
  }

  @Test
  void deniesARevokedKeyAtOnce() {
    IssuedKey key = tenant.key().issue();
    assertThat(gateway.code(key)).isEqualTo("VALID");
    tenant.admin().delete(key.path()).expect(200);
    JsonNode decision = gateway.verify(key);
    assertThat(decision.path("code").asText()).isEqualTo("REVOKED");
    assertThat(decision.path("status").asInt()).isEqualTo(401);
    assertThat(decision.path("key").path("id").asLong()).isEqualTo(key.id());
  }

  @Test
  void deniesAnExpiredKey() {
    IssuedKey key =
        tenant.key().with("expires_at", Instant.now().plusSeconds(2).toString()).issue();
    Eventually.within(
        Duration.ofSeconds(5), () -> assertThat(gateway.code(key)).isEqualTo("EXPIRED"));
    assertThat(gateway.verify(key).path("status").asInt()).isEqualTo(401);
    assertThat(tenant.admin().get(key.path()).expect(200).text("/status")).isEqualTo("expired");
  }

  @Test
  void deniesAKeyBeforeItsTime() {
    IssuedKey key =
        tenant.key().with("not_before", Instant.now().plus(Duration.ofDays(1)).toString()).issue();
    JsonNode decision = gateway.verify(key);
    assertThat(decision.path("code").asText()).isEqualTo("NOT_YET_VALID");
    assertThat(decision.path("status").asInt()).isEqualTo(401);
  }

  @Test
  void deniesAnInactiveKeyAtOnceAndGrantsItAgain() {
    IssuedKey key = tenant.key().issue();
    assertThat(gateway.code(key)).isEqualTo("VALID");
    tenant.admin().put(key.path(), Map.of("is_active", false)).expect(200);
    JsonNode decision = gateway.verify(key);
    assertThat(decision.path("code").asText()).isEqualTo("KEY_INACTIVE");
    assertThat(decision.path("status").asInt()).isEqualTo(403);
    tenant.admin().put(key.path(), Map.of("is_active", true)).expect(200);
    assertThat(gateway.code(key)).isEqualTo("VALID");
  }

  @Test
  void deniesAKeyInAnotherEnvironment() {
    IssuedKey key = tenant.key().with("environment", "staging").issue();
    JsonNode decision = gateway.verify(key, "environment", "production");
    assertThat(decision.path("code").asText()).isEqualTo("ENVIRONMENT_MISMATCH");
    assertThat(decision.path("status").asInt()).isEqualTo(403);
    assertThat(gateway.code(key, "environment", "staging")).isEqualTo("VALID");
    assertThat(gateway.code(key)).isEqualTo("VALID");
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.9, VALID",
    "203.0.113.0, VALID",
    "203.0.113.255, VALID",
    "203.0.113.7, IP_NOT_ALLOWED",
    "203.0.114.0, IP_NOT_ALLOWED",
    "203.0.112.255, IP_NOT_ALLOWED",
    "2001:db8::1, VALID",
    "2001:DB8:0:0:0:0:0:1, VALID",
    "2001:db9::1, IP_NOT_ALLOWED",
    "::ffff:203.0.113.9, VALID",
    "::ffff:203.0.113.7, IP_NOT_ALLOWED",
    "::ffff:cb00:7109, VALID"
  })
  void holdsTheAddressesOfAKey(String ip, String code) {
    assertThat(gateway.code(restricted(), "ip", ip)).isEqualTo(code);
  }

  @Test
  void deniesACallWithoutAnAddressWhenTheKeyIsBoundToSome() {
    JsonNode decision = gateway.verify(restricted());
    assertThat(decision.path("code").asText()).isEqualTo("IP_NOT_ALLOWED");
    assertThat(decision.path("status").asInt()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "203.0.113",
        "203.0.113.256",
        "010.0.0.1",
        "example.com",
        "::1::",
        "",
        "1.2.3.4/8"
      })
  void refusesAMalformedAddress(String ip) {
    gateway.ask(restricted().value(), "ip", ip).expectInvalid("ip");
  }

  @ParameterizedTest
  @CsvSource({
    "https://app.example.com/x, VALID",
    "https://app.example.com, VALID",
    "https://APP.Example.COM/x, VALID",
    "https://app.example.com:443/x, VALID",
    "https://b.app.example.com/x, VALID",
    "http://app.example.com/x, REFERRER_NOT_ALLOWED",
    "https://example.com.evil.net/x, REFERRER_NOT_ALLOWED",
    "https://evil.net/https://app.example.com/x, REFERRER_NOT_ALLOWED",
    "https://app.example.com@evil.net/x, REFERRER_NOT_ALLOWED",
    "https://evilexample.com/x, REFERRER_NOT_ALLOWED",
    "https://xn--mnchen-3ya.example.org/a, VALID",
    "https://münchen.example.org/a, VALID",
    "https://münchen.example.org/b, REFERRER_NOT_ALLOWED",
    "not a url, REFERRER_NOT_ALLOWED",
    "'', REFERRER_NOT_ALLOWED"
  })
  void holdsTheReferrersOfAKey(String referrer, String code) {
    IssuedKey key =
        tenant
            .key()
            .unlimited()
            .with(
                "restrictions",
                Map.of(
                    "referrers",
                    List.of("https://*.example.com/*", "https://münchen.example.org/a")))
            .issue();
    assertThat(gateway.code(key, "referrer", referrer)).isEqualTo(code);
    assertThat(gateway.code(key)).isEqualTo("REFERRER_NOT_ALLOWED");
  }

  @Test
  void deniesACallWhoseScopesTheKeyDoesNotHold() {
    IssuedKey key = tenant.key().scopes("agents:read", "deployments:write").issue();
    JsonNode decision = gateway.verify(key, "scopes", List.of("agents:read", "agents:write"));
    assertThat(decision.path("code").asText()).isEqualTo("INSUFFICIENT_SCOPE");
    assertThat(decision.path("status").asInt()).isEqualTo(403);
    assertThat(gateway.code(key, "scopes", List.of("agents:read", "deployments:write")))
        .isEqualTo("VALID");
    assertThat(gateway.code(key, "scopes", List.of("unicorns:ride")))
        .isEqualTo("INSUFFICIENT_SCOPE");
    assertThat(gateway.code(key, "scopes", List.of())).isEqualTo("VALID");
  }

  @ParameterizedTest
  @CsvSource({
    "agents:read, VALID",
    "agents:read and deployments:write, VALID",
    "agents:read and (deployments:write or deployments:admin), VALID",
    "agents:write or agents:read, VALID",
    "agents:write or unicorns:ride, INSUFFICIENT_SCOPE",
    "agents:read and agents:write or metrics:read, INSUFFICIENT_SCOPE",
    "metrics:read or agents:read and deployments:write, VALID",
    "((agents:read)), VALID"
  })
  void readsAScopeExpression(String expression, String code) {
    IssuedKey key = tenant.key().unlimited().scopes("agents:read", "deployments:write").issue();
    assertThat(gateway.code(key, "scopes", expression)).isEqualTo(code);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "agents:read and",
        "and agents:read",
        "(agents:read",
        "agents:read)",
        "agents:read deployments:write",
        "agents:read & x:y",
        ""
      })
  void refusesAMalformedExpressionWithThePosition(String expression) {
    IssuedKey key = tenant.key().unlimited().scopes("agents:read").issue();
    Answer answer = gateway.ask(key.value(), "scopes", expression).expectInvalid("scopes");
    assertThat(answer.at("/errors/0/message").asText()).containsPattern("\\d|position|empty");
  }

  @Test
  void survivesADeepExpression() {
    String expression = "(".repeat(5_000) + "agents:read" + ")".repeat(5_000);
    gateway
        .ask(tenant.key().issue().value(), "scopes", expression)
        .expectProblem(400, "VALIDATION_FAILED");
  }

  @Test
  void honoursAWildcardGrant() {
    IssuedKey key = tenant.key().scopes("agents:*").issue();
    assertThat(gateway.code(key, "scopes", List.of("agents:read"))).isEqualTo("VALID");
    assertThat(gateway.code(key, "scopes", List.of("deployments:read")))
        .isEqualTo("INSUFFICIENT_SCOPE");
  }

  @Test
  void deniesAPayloadThatIsTooLarge() {
    IssuedKey key =
        tenant
            .key()
            .with(
                "rate_limits",
                Json.read(
                    """
                    {"requests": {"per_minute": 5}, "payload_bytes": 1000}
                    """))
            .issue();
    JsonNode decision = gateway.verify(key, "bytes_in", 1001);
    assertThat(decision.path("code").asText()).isEqualTo("PAYLOAD_TOO_LARGE");
    assertThat(decision.path("status").asInt()).isEqualTo(413);
    assertThat(gateway.verify(key, "bytes_in", 1000).path("rate_limit").path("remaining").asInt())
        .as("a call denied before the limits consumes none")
        .isEqualTo(4);
  }

  @Test
  void checksInTheContractsOrder() {
    IssuedKey key =
        tenant
            .key()
            .with("environment", "staging")
            .with("not_before", Instant.now().plus(Duration.ofDays(1)).toString())
            .with(
                "restrictions",
                Json.read(
                    """
                    {"ip": {"allow": ["203.0.113.1"]}, "referrers": ["https://a.example.com/*"]}
                    """))
            .issue();
    Api admin = tenant.admin();
    Map<String, Object> wrong =
        Map.of(
            "environment", "production",
            "ip", "198.51.100.1",
            "referrer", "https://b.example.com/",
            "scopes", List.of("agents:read"));
    assertThat(codeOf(key, wrong)).isEqualTo("NOT_YET_VALID");
    admin.put(key.path(), Map.of("is_active", false)).expect(200);
    assertThat(codeOf(key, wrong)).isEqualTo("NOT_YET_VALID");
    admin.put(key.path(), Json.object("not_before", null)).expect(200);
    assertThat(codeOf(key, wrong)).isEqualTo("KEY_INACTIVE");
    admin.put(key.path(), Map.of("is_active", true)).expect(200);
    assertThat(codeOf(key, wrong)).isEqualTo("ENVIRONMENT_MISMATCH");
    assertThat(codeOf(key, with(wrong, "environment", "staging"))).isEqualTo("IP_NOT_ALLOWED");
    Map<String, Object> there = with(with(wrong, "environment", "staging"), "ip", "203.0.113.1");
    assertThat(codeOf(key, there)).isEqualTo("REFERRER_NOT_ALLOWED");
    assertThat(codeOf(key, with(there, "referrer", "https://a.example.com/")))
        .isEqualTo("INSUFFICIENT_SCOPE");
    admin.delete(key.path()).expect(200);
    assertThat(codeOf(key, wrong)).isEqualTo("REVOKED");
  }

  @Test
  void consumesNothingForACallDeniedBeforeTheLimits() {
    IssuedKey key = tenant.key().perMinute(2).scopes("agents:read").issue();
    for (int i = 0; i < 5; i++) {
      assertThat(gateway.code(key, "scopes", "agents:write")).isEqualTo("INSUFFICIENT_SCOPE");
    }
    assertThat(gateway.verify(key).path("rate_limit").path("remaining").asInt()).isEqualTo(1);
  }

  @Test
  void explainsEveryCheckAndConsumesNothing() {
    IssuedKey key = tenant.key().perMinute(3).scopes("agents:read").issue();
    JsonNode explained = Json.read("{}");
    for (int i = 0; i < 5; i++) {
      explained = gateway.verify(key, "scopes", "agents:write", "explain", true);
    }
    assertThat(explained.path("code").asText()).isEqualTo("INSUFFICIENT_SCOPE");
    assertThat(explained.path("checks").size()).isGreaterThan(5);
    explained
        .path("checks")
        .forEach(
            check -> {
              assertThat(check.path("check").asText()).isNotBlank();
              assertThat(check.path("outcome").asText()).isIn("passed", "failed", "skipped");
              assertThat(check.has("detail")).isTrue();
            });
    assertThat(Json.texts(explained.path("checks"), "outcome")).contains("failed", "passed");
    for (int i = 0; i < 5; i++) {
      assertThat(gateway.verify(key, "explain", true).path("code").asText()).isEqualTo("VALID");
    }
    assertThat(gateway.verify(key).path("rate_limit").path("remaining").asInt()).isEqualTo(2);
    Eventually.within(
        Duration.ofSeconds(4),
        () ->
            assertThat(tenant.admin().get(key.path()).expect(200).number("/usage_count"))
                .isEqualTo(1));
    assertThat(tenant.admin().get(key.path()).number("/denied_count")).isZero();
  }

  @Test
  void countsAVerificationAsACallOfTheVerifiedKey() {
    IssuedKey key = tenant.key().scopes("agents:read").issue();
    gateway.verify(key, "endpoint", "/agents", "method", "POST", "ip", "203.0.113.9");
    gateway.verify(key, "scopes", "agents:write", "endpoint", "/agents");
    Eventually.within(
        Duration.ofSeconds(3),
        () -> {
          Answer answer = tenant.admin().get(key.path()).expect(200);
          assertThat(answer.number("/usage_count")).isEqualTo(1);
          assertThat(answer.number("/denied_count")).isEqualTo(1);
          assertThat(answer.text("/last_used")).isEqualTo(answer.text("/last_used_at"));
        });
  }

  @Test
  void takesACallerWhoHoldsTheScopeAndNoOther() {
    IssuedKey key = tenant.key().issue();
    Map<String, String> body = Map.of("key", key.value());
    tenant.person("gateway").api().post(Gateway.VERIFY, body).expect(200);
    tenant.person("developer").api().post(Gateway.VERIFY, body).expectProblem(403, "FORBIDDEN");
    tenant.person("auditor").api().post(Gateway.VERIFY, body).expectProblem(403, "FORBIDDEN");
    tenant.server().anonymous().post(Gateway.VERIFY, body).expectProblem(401, "UNAUTHENTICATED");
    tenant.server().anonymous().withKey(key.value()).post(Gateway.VERIFY, body).expect(403);
  }

  @Test
  void namesAWrongFieldOfTheRequest() {
    String key = tenant.key().issue().value();
    gateway.ask(key, "colour", "red").expectInvalid("colour");
    gateway.ask(key, "cost", "1").expectInvalid("cost");
    gateway.ask(key, "cost", -1).expectInvalid("cost");
    gateway.ask(key, "bytes_in", 1.5).expectInvalid("bytes_in");
    gateway.ask(key, "bytes_in", -1).expectInvalid("bytes_in");
    gateway.ask(key, "explain", "yes").expectInvalid("explain");
    gateway.ask(key, "scopes", 7).expectInvalid("scopes");
    gateway.ask(key, "environment", "moon").expectInvalid("environment");
    assertThat(gateway.ask(key, "endpoint", 7).expectInvalid("endpoint").text("/detail"))
        .isEqualTo("endpoint: is a text");
    assertThat(gateway.api().post(Gateway.VERIFY, "{\"key\": 7}").text("/detail"))
        .isEqualTo("key: is a text");
    gateway.api().post(Gateway.VERIFY, "{}").expectInvalid("key");
    gateway.api().post(Gateway.VERIFY, "{\"key\": null}").expectInvalid("key");
    gateway.api().post(Gateway.VERIFY, "{\"key\": 5}").expectInvalid("key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "sk_live_", "sk_live_a1b2c3d4_xxxxx", "🔑", "  "})
  void answersMalformedOrNotFoundForWhatIsNoKey(String value) {
    Answer answer = gateway.ask(value);
    if (answer.status() == 400) {
      answer.expectInvalid("key");
    } else {
      assertThat(answer.expect(200).text("/code")).isIn("MALFORMED", "NOT_FOUND");
    }
  }

  private IssuedKey restricted() {
    return tenant
        .key()
        .unlimited()
        .with(
            "restrictions",
            Json.read(
                """
                {"ip": {"allow": ["203.0.113.0/24", "2001:db8::/32"], "deny": ["203.0.113.7"]}}
                """))
        .issue();
  }

  private String codeOf(IssuedKey key, Map<String, Object> call) {
    Map<String, Object> body = with(call, "key", key.value());
    return gateway.api().post(Gateway.VERIFY, body).expect(200).text("/code");
  }

  private static Map<String, Object> with(Map<String, Object> call, String field, Object value) {
    Map<String, Object> changed = new HashMap<>(call);
    changed.put(field, value);
    return changed;
  }
}
