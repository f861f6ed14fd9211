package org.apikeys.web.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code PUT /api/v1/api-keys/{id}}. */
@ExtendWith(SharedServer.class)
class UpdateKeyIT {
  private final Tenant tenant;

  UpdateKeyIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void changesWhatIsNamedAndKeepsTheRest() {
    IssuedKey key =
        tenant.key().scopes("agents:read").with("description", "before").perMinute(50).issue();
    String name = Unique.name("renamed");
    Answer answer =
        tenant
            .admin()
            .put(key.path(), Map.of("name", name, "description", "after", "is_active", true))
            .expect(200);
    assertThat(answer.text("/name")).isEqualTo(name);
    assertThat(answer.text("/description")).isEqualTo("after");
    assertThat(answer.at("/is_active").asBoolean()).isTrue();
    assertThat(Json.texts(answer.at("/scopes"))).containsExactly("agents:read");
    assertThat(answer.number("/rate_limit")).isEqualTo(50);
    assertThat(answer.at("/key").isMissingNode() || answer.at("/key").isNull()).isTrue();
    assertThat(answer.body()).doesNotContain(key.value());
    assertThat(answer.requireHeader("etag")).isNotEqualTo(key.etag());
    assertThat(Instant.parse(answer.text("/updated_at")))
        .isAfterOrEqualTo(Instant.parse(answer.text("/created_at")));
    assertThat(tenant.gateway().code(key)).isEqualTo("VALID");
  }

  @Test
  void clearsWithNull() {
    IssuedKey key =
        tenant
            .key()
            .with("description", "before")
            .with("expires_at", "2099-12-31T23:59:59Z")
            .with("restrictions", Map.of("ip", Map.of("allow", List.of("203.0.113.1"))))
            .issue();
    Answer answer =
        tenant
            .admin()
            .put(
                key.path(),
                Json.object("description", null, "expires_at", null, "restrictions", null))
            .expect(200);
    assertThat(answer.at("/description").isNull()).isTrue();
    assertThat(answer.at("/expires_at").isNull()).isTrue();
    assertThat(tenant.gateway().code(key, "ip", "198.51.100.1")).isEqualTo("VALID");
  }

  @Test
  void countsInTheNextCall() {
    IssuedKey key = tenant.key().scopes("agents:read", "agents:write").issue();
    assertThat(tenant.gateway().code(key, "scopes", "agents:write")).isEqualTo("VALID");
    tenant.admin().put(key.path(), Map.of("scopes", List.of("agents:read"))).expect(200);
    assertThat(tenant.gateway().code(key, "scopes", "agents:write"))
        .isEqualTo("INSUFFICIENT_SCOPE");
    tenant
        .admin()
        .put(key.path(), Json.read("{\"restrictions\": {\"ip\": {\"allow\": [\"203.0.113.1\"]}}}"))
        .expect(200);
    assertThat(tenant.gateway().code(key, "ip", "203.0.113.2")).isEqualTo("IP_NOT_ALLOWED");
    tenant.admin().put(key.path(), Map.of("rate_limit", 1)).expect(200);
    assertThat(tenant.gateway().code(key, "ip", "203.0.113.1")).isIn("VALID", "RATE_LIMITED");
    assertThat(tenant.gateway().code(key, "ip", "203.0.113.1")).isEqualTo("RATE_LIMITED");
  }

  @Test
  void replacesTheLimitsWhole() {
    IssuedKey key = tenant.key().issue();
    JsonNode requests =
        tenant
            .admin()
            .put(key.path(), Json.read("{\"rate_limits\": {\"requests\": {\"per_day\": 5}}}"))
            .expect(200)
            .at("/rate_limits/requests");
    assertThat(requests.path("per_day").asInt()).isEqualTo(5);
    assertThat(requests.path("per_minute").asInt(0)).isZero();
  }

  @Test
  void takesBackWhatItShowedUnchanged() {
    IssuedKey key =
        tenant
            .key()
            .scopes("agents:read")
            .with("metadata", Map.of("team", "a"))
            .with("tags", List.of("t"))
            .issue();
    ObjectNode shown = (ObjectNode) tenant.admin().get(key.path()).expect(200).json();
    shown.remove("usage");
    tenant.admin().put(key.path(), shown).expect(200);
  }

  @Test
  void refusesAnotherValueOfAReadOnlyField() {
    IssuedKey key = tenant.key().issue();
    for (String field :
        List.of("id", "key_id", "key_prefix", "created_at", "created_by", "usage_count")) {
      tenant.admin().put(key.path(), Map.of(field, "77")).expectInvalid(field);
    }
    tenant.admin().put(key.path(), Map.of("organization_id", 1)).expectInvalid("organization_id");
    tenant.admin().put(key.path(), Map.of("id", key.id())).expect(200);
  }

  @Test
  void namesAWrongField() {
    IssuedKey key = tenant.key().issue();
    tenant.admin().put(key.path(), Map.of("colour", 1)).expectInvalid("colour");
    tenant.admin().put(key.path(), Json.object("name", null)).expectInvalid("name");
    tenant.admin().put(key.path(), Map.of("name", "")).expectInvalid("name");
    tenant.admin().put(key.path(), Map.of("is_active", "true")).expectInvalid("is_active");
    tenant.admin().put(key.path(), Map.of("is_active", 1)).expectInvalid("is_active");
    tenant.admin().put(key.path(), Json.object("is_active", null)).expectInvalid("is_active");
    tenant
        .admin()
        .put(key.path(), Map.of("expires_at", "2020-01-01T00:00:00Z"))
        .expectInvalid("expires_at");
    tenant
        .admin()
        .put(key.path(), Map.of("scopes", List.of("unicorns:ride")))
        .expectProblem(400, "VALIDATION_FAILED");
    assertThat(tenant.admin().get(key.path()).header("etag")).contains(key.etag());
  }

  @Test
  void answersConflictForARevokedKey() {
    IssuedKey key = tenant.key().issue();
    tenant.admin().delete(key.path()).expect(200);
    tenant.admin().put(key.path(), Map.of("name", "again")).expectProblem(409, "CONFLICT");
    tenant.admin().put(key.path(), Map.of("is_active", true)).expectProblem(409, "CONFLICT");
    assertThat(tenant.gateway().code(key)).isEqualTo("REVOKED");
  }

  @Test
  void letsADeveloperChangeTheirOwnKeyOnly() {
    IssuedKey foreign = tenant.key().issue();
    IssuedKey own =
        tenant.key().with("environment", "development").issueBy(tenant.person("developer").api());
    tenant.person("developer").api().put(own.path(), Map.of("description", "mine")).expect(200);
    tenant
        .person("developer")
        .api()
        .put(foreign.path(), Map.of("description", "mine"))
        .expectProblem(404, "NOT_FOUND");
  }

  @Test
  void isForbiddenToAnAuditor() {
    IssuedKey key = tenant.key().issue();
    tenant
        .person("auditor")
        .api()
        .put(key.path(), Map.of("description", "x"))
        .expectProblem(403, "FORBIDDEN");
  }

  @Test
  void answersNotFoundForNoKey() {
    tenant
        .admin()
        .put("/api/v1/api-keys/999999999", Map.of("name", "x"))
        .expectProblem(404, "NOT_FOUND");
  }

  @Test
  void letsNoMachineWidenAKeyBeyondItself() {
    IssuedKey strong = tenant.key().scopes("keys:read", "keys:write", "audit:read").issue();
    IssuedKey weak = tenant.key().scopes("keys:read", "keys:write").unlimited().issue();
    var machine = tenant.server().anonymous().withKey(weak.value());
    machine
        .put(weak.path(), Map.of("scopes", List.of("keys:read", "keys:write", "audit:read")))
        .expectProblem(403, "FORBIDDEN");
    machine.post(strong.path() + "/rotate", "{}").expectProblem(403, "FORBIDDEN");
    machine.put(weak.path(), Map.of("description", "by itself")).expect(200);
  }
}
