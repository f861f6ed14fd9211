package org.apikeys.web.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code GET /api/v1/api-keys/scopes} and what plugins contribute to a key. */
@ExtendWith(SharedServer.class)
class ScopesIT {
  private final Tenant tenant;

  ScopesIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void listsTheScopesOfEveryPlugin() {
    Answer answer = tenant.admin().get("/api/v1/api-keys/scopes").expect(200);
    JsonNode scopes = answer.at("/scopes");
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
            "gateways:write",
            "read",
            "write",
            "delete",
            "admin",
            "keys:read",
            "keys:verify")
        .doesNotHaveDuplicates();
    for (JsonNode scope : scopes) {
      assertThat(scope.path("description").asText()).isNotBlank();
      assertThat(scope.has("plugin")).isTrue();
      assertThat(scope.path("risk").asText()).isIn("low", "medium", "high");
    }
  }

  @Test
  void listsThePermissionSets() {
    JsonNode sets =
        tenant.admin().get("/api/v1/api-keys/scopes").expect(200).at("/permission_sets");
    assertThat(Json.texts(sets, "name")).contains("full-access", "read-write", "read-only");
    for (JsonNode set : sets) {
      assertThat(set.path("description").asText()).isNotBlank();
      assertThat(set.path("plugin").asText()).isNotBlank();
      assertThat(set.path("scopes").size()).isPositive();
    }
  }

  @Test
  void isOpenToWhoeverReadsKeysAndToNobodyElse() {
    tenant.person("developer").api().get("/api/v1/api-keys/scopes").expect(200);
    tenant.person("auditor").api().get("/api/v1/api-keys/scopes").expect(200);
    tenant
        .server()
        .anonymous()
        .get("/api/v1/api-keys/scopes")
        .expectProblem(401, "UNAUTHENTICATED");
  }

  @Test
  void grantsThroughAPermissionSet() {
    var key = tenant.key().with("permission_sets", List.of("read-only")).issue();
    assertThat(Json.texts(key.json().path("permission_sets"))).containsExactly("read-only");
    assertThat(tenant.gateway().code(key, "scopes", "users:read")).isEqualTo("VALID");
    assertThat(tenant.gateway().code(key, "scopes", "users:write")).isEqualTo("INSUFFICIENT_SCOPE");
  }

  @Test
  void refusesAPermissionSetThatNobodyOffers() {
    Answer answer =
        tenant
            .key()
            .with("permission_sets", List.of("read-only", "royal"))
            .send()
            .expectProblem(400, "VALIDATION_FAILED");
    assertThat(answer.json().path("errors").toString()).contains("permission_sets");
  }
}
