package org.apikeys.web.seed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every request of the seeds 000 and 003 as it stands there, and every field of their answers. The
 * one thing that is changed is a date that has passed since they were written.
 */
@ExtendWith(SharedServer.class)
class SeedExamplesIT {
  private static final String KEYS = "/api/v1/api-keys";

  private final Tenant tenant;
  private final Api admin;

  SeedExamplesIT(Tenant tenant) {
    this.tenant = tenant;
    admin = tenant.admin();
  }

  @Test
  void seed000CreatesAKey() {
    Answer answer =
        admin
            .post(
                KEYS,
                """
                {
                    "name": "My API Key",
                    "description": "API key for my application"
                }
                """)
            .expect(201);
    assertThat(answer.at("/id").isIntegralNumber()).isTrue();
    assertThat(answer.text("/name")).isEqualTo("My API Key");
    assertThat(answer.text("/description")).isEqualTo("API key for my application");
    assertThat(answer.text("/key")).isNotBlank();
    assertThat(answer.at("/is_active").asBoolean()).isTrue();
    assertThat(Instant.parse(answer.text("/created_at"))).isNotNull();
    assertThat(answer.at("/last_used").isNull()).isTrue();
    assertThat(answer.number("/usage_count")).isZero();
  }

  @Test
  void seed000ListsKeys() {
    tenant.key().issue();
    Answer answer = admin.get(KEYS + "?page=1&size=10").expect(200);
    assertThat(Json.names(answer.at("/api_keys/0")))
        .contains(
            "id", "name", "description", "is_active", "created_at", "last_used", "usage_count");
    assertThat(answer.number("/total")).isPositive();
    assertThat(answer.number("/page")).isEqualTo(1);
    assertThat(answer.number("/size")).isEqualTo(10);
  }

  @Test
  void seed000ReadsAKeyWithItsUsage() {
    IssuedKey key = tenant.key().issue();
    tenant.gateway().verify(key, "endpoint", "/api/v1/tickets", "method", "GET");
    Eventually.within(
        Duration.ofSeconds(3),
        () -> {
          Answer answer = admin.get(key.path()).expect(200);
          assertThat(Json.names(answer.json()))
              .contains(
                  "id",
                  "name",
                  "description",
                  "is_active",
                  "created_at",
                  "last_used",
                  "usage_count",
                  "usage");
          assertThat(answer.at("/usage")).hasSize(1);
          JsonNode call = answer.at("/usage/0");
          assertThat(Json.names(call))
              .contains("id", "endpoint", "method", "status_code", "response_time", "created_at");
          assertThat(call.path("endpoint").asText()).isEqualTo("/api/v1/tickets");
          assertThat(call.path("method").asText()).isEqualTo("GET");
          assertThat(call.path("status_code").asInt()).isEqualTo(200);
          assertThat(call.path("response_time").isNumber()).isTrue();
          assertThat(answer.number("/usage_count")).isEqualTo(1);
          assertThat(Instant.parse(answer.text("/last_used"))).isNotNull();
        });
  }

  @Test
  void seed000UpdatesAKey() {
    IssuedKey key = tenant.key().issue();
    Answer answer =
        admin
            .put(
                key.path(),
                """
                {
                    "name": "Updated API Key",
                    "description": "Updated description",
                    "is_active": true
                }
                """)
            .expect(200);
    assertThat(answer.number("/id")).isEqualTo(key.id());
    assertThat(answer.text("/name")).isEqualTo("Updated API Key");
    assertThat(answer.text("/description")).isEqualTo("Updated description");
    assertThat(Json.names(answer.json()))
        .contains("is_active", "created_at", "last_used", "usage_count");
  }

  @Test
  void seed000DeletesAKey() {
    IssuedKey key = tenant.key().issue();
    assertThat(admin.delete(key.path()).expect(200).text("/message"))
        .isEqualTo("API key deleted successfully");
  }

  @Test
  void seed000ShowsTheDashboard() {
    tenant.key().issue();
    Answer answer = admin.get("/api/v1/dashboard/stats").expect(200);
    assertThat(Json.names(answer.json()))
        .contains(
            "open_tickets",
            "resolved_tickets",
            "active_api_keys",
            "total_api_calls",
            "api_usage",
            "recent_tickets",
            "api_keys");
    assertThat(Json.names(answer.at("/api_usage"))).contains("success_rate", "avg_response_time");
    assertThat(Json.names(answer.at("/api_keys/0")))
        .contains("id", "name", "is_active", "usage_count", "last_used");
  }

  @Test
  void seed000AuthenticatesByItsHeader() {
    IssuedKey key = tenant.key().scopes("keys:read").issue();
    Api machine = tenant.server().anonymous().withKey(key.value());
    Answer answer = machine.get(KEYS + "?page=1&size=10").expect(200);
    for (String header :
        new String[] {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"}) {
      assertThat(Long.parseLong(answer.requireHeader(header))).isPositive();
    }
    tenant.server().anonymous().withKey("your_api_key_here").get(KEYS).expect(401);
    tenant.server().anonymous().get(KEYS).expect(401);
    admin.put(key.path(), "{\"is_active\": false}").expect(200);
    machine.get(KEYS).expect(403);
  }

  @Test
  void seed003CreatesAKeyWithScopes() {
    Answer answer =
        admin
            .post(
                KEYS,
                """
                {
                  "name": "CI/CD Pipeline",
                  "scopes": ["agents:read", "deployments:write"],
                  "rate_limit": 100,
                  "expires_at": "2095-12-31T23:59:59Z"
                }
                """)
            .expect(201);
    assertThat(answer.text("/key_id")).isEqualTo("key-" + answer.number("/id"));
    assertThat(answer.text("/name")).isEqualTo("CI/CD Pipeline");
    assertThat(answer.text("/key")).matches("sk_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{32}");
    assertThat(answer.text("/key_prefix"))
        .isEqualTo(answer.text("/key").substring(0, "sk_live_a1b2c3d4".length()));
    assertThat(Json.texts(answer.at("/scopes")))
        .containsExactly("agents:read", "deployments:write");
    assertThat(answer.number("/rate_limit")).isEqualTo(100);
    assertThat(answer.text("/expires_at")).isEqualTo("2095-12-31T23:59:59Z");
    assertThat(answer.text("/created_at")).endsWith("Z");
    assertThat(Json.names(answer.json()))
        .contains("organization_id", "last_used_at", "status", "created_by");
  }

  @Test
  void seed003TakesAKeyInEitherHeader() {
    IssuedKey key = tenant.key().scopes("agents:read", "keys:read").issue();
    tenant.server().anonymous().as(key.value()).get(KEYS).expect(200);
    tenant.server().anonymous().withKey(key.value()).get(KEYS).expect(200);
  }

  @Test
  void seed003ListsTheScopes() {
    JsonNode scopes = admin.get(KEYS + "/scopes").expect(200).at("/scopes");
    assertThat(Json.texts(scopes, "name"))
        .contains(
            "agents:read",
            "agents:write",
            "deployments:read",
            "deployments:write",
            "metrics:read",
            "pipelines:read",
            "pipelines:write",
            "gateways:read",
            "gateways:write");
  }

  @Test
  void seed003ReadsListsAndRevokes() {
    IssuedKey key = tenant.key().issue();
    admin.get(KEYS).expect(200);
    admin.get(KEYS + "/" + key.keyId()).expect(200);
    admin.delete(KEYS + "/" + key.keyId()).expect(200);
    assertThat(tenant.gateway().code(key)).isEqualTo("REVOKED");
  }

  @Test
  void seed003ShowsUsage() {
    IssuedKey key = tenant.key().perMinute(100).issue();
    Answer answer = admin.get(KEYS + "/" + key.keyId() + "/usage").expect(200);
    assertThat(answer.text("/key_id")).isEqualTo(key.keyId());
    assertThat(answer.number("/request_count")).isZero();
    assertThat(answer.number("/rate_limit")).isEqualTo(100);
    assertThat(answer.number("/remaining")).isEqualTo(100);
    assertThat(Instant.parse(answer.text("/reset_at")))
        .isEqualTo(Instant.parse(answer.text("/window_start")).plusSeconds(60));
  }
}
