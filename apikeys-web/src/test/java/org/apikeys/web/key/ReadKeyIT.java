package org.apikeys.web.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code GET /api/v1/api-keys/{id}}. */
@ExtendWith(SharedServer.class)
class ReadKeyIT {
  private final Tenant tenant;

  ReadKeyIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void showsTheKeyWithoutItsSecret() {
    IssuedKey key = tenant.key().scopes("agents:read").issue();
    Answer answer = tenant.admin().get(key.path()).expect(200);
    assertThat(answer.number("/id")).isEqualTo(key.id());
    assertThat(answer.text("/name")).isEqualTo(key.name());
    assertThat(answer.text("/key_prefix")).isEqualTo(key.json().path("key_prefix").asText());
    assertThat(answer.at("/usage").isArray()).isTrue();
    assertThat(answer.at("/usage")).isEmpty();
    assertThat(answer.body()).doesNotContain(key.value());
    assertThat(answer.at("/key").isMissingNode() || answer.at("/key").isNull()).isTrue();
    assertThat(answer.requireHeader("etag")).startsWith("\"").endsWith("\"");
  }

  @Test
  void takesTheNumberAndTheKeyId() {
    IssuedKey key = tenant.key().issue();
    assertThat(tenant.admin().get("/api/v1/api-keys/" + key.keyId()).expect(200).number("/id"))
        .isEqualTo(key.id());
  }

  @Test
  void showsTheLatestCallsNewestFirst() {
    IssuedKey key = tenant.key().scopes("agents:read").issue();
    tenant
        .gateway()
        .verify(key, "endpoint", "/agents", "method", "GET", "ip", "203.0.113.9", "bytes_in", 512);
    tenant.gateway().verify(key, "endpoint", "/other", "method", "POST", "scopes", "agents:write");
    Eventually.within(
        Duration.ofSeconds(3),
        () -> {
          JsonNode usage = tenant.admin().get(key.path()).expect(200).at("/usage");
          assertThat(usage).hasSize(2);
          JsonNode denied = usage.get(0);
          JsonNode allowed = usage.get(1);
          assertThat(denied.path("endpoint").asText()).isEqualTo("/other");
          assertThat(denied.path("method").asText()).isEqualTo("POST");
          assertThat(denied.path("status_code").asInt()).isEqualTo(403);
          assertThat(Json.names(allowed))
              .contains(
                  "id",
                  "endpoint",
                  "method",
                  "status_code",
                  "response_time",
                  "created_at",
                  "ip",
                  "country",
                  "bytes_in",
                  "bytes_out");
          assertThat(allowed.path("id").asLong()).isPositive();
          assertThat(allowed.path("endpoint").asText()).isEqualTo("/agents");
          assertThat(allowed.path("status_code").asInt()).isEqualTo(200);
          assertThat(allowed.path("ip").asText()).isEqualTo("203.0.113.9");
          assertThat(allowed.path("bytes_in").asLong()).isEqualTo(512);
          assertThat(Instant.parse(allowed.path("created_at").asText()))
              .isAfter(Instant.now().minusSeconds(60));
        });
  }

  @Test
  void showsNoMoreThanAHundredCalls() {
    IssuedKey key = tenant.key().unlimited().issue();
    for (int i = 0; i < 105; i++) {
      tenant.gateway().verify(key, "endpoint", "/call/" + i);
    }
    Eventually.within(
        Duration.ofSeconds(3),
        () -> {
          Answer answer = tenant.admin().get(key.path()).expect(200);
          assertThat(answer.number("/usage_count")).isEqualTo(105);
          assertThat(answer.at("/usage")).hasSize(100);
          assertThat(answer.at("/usage/0/endpoint").asText()).isEqualTo("/call/104");
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "999999999",
        "key-999999999",
        "0",
        "-1",
        "9223372036854775807",
        "99999999999999999999",
        "key-",
        "abc",
        "1.0",
        "0x1",
        "key-1x"
      })
  void answersNotFoundForWhatIsNoKey(String id) {
    tenant.admin().get("/api/v1/api-keys/" + id).expectProblem(404, "NOT_FOUND");
  }

  @Test
  void hidesOthersKeysFromADeveloper() {
    IssuedKey key = tenant.key().issue();
    tenant.person("developer").api().get(key.path()).expectProblem(404, "NOT_FOUND");
    tenant.person("auditor").api().get(key.path()).expect(200);
    tenant.person("manager").api().get(key.path()).expect(200);
  }

  @Test
  void keepsARevokedKeyReadable() {
    IssuedKey key = tenant.key().issue();
    tenant.admin().delete(key.path()).expect(200);
    Answer answer = tenant.admin().get(key.path()).expect(200);
    assertThat(answer.text("/status")).isEqualTo("revoked");
    assertThat(answer.at("/is_active").asBoolean(true)).isFalse();
  }

  @Test
  void tellsWhereEachScopeComesFrom() {
    IssuedKey key = tenant.key().scopes("agents:read", "deployments:write").issue();
    Answer answer = tenant.admin().get(key.path() + "/effective-permissions").expect(200);
    assertThat(Json.texts(answer.at("/scopes"), "scope"))
        .containsExactlyInAnyOrder("agents:read", "deployments:write");
    assertThat(answer.at("/scopes/0/from").isArray()).isTrue();
    assertThat(Json.names(answer.at("/scopes/0/from/0"))).contains("set", "plugin", "version");
    assertThat(answer.at("/warnings").isArray()).isTrue();
  }
}
