package org.apikeys.web.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
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

  /** A key of a developer, who gets more of it only with an approval. */
  private Owned owned(String field, String json) {
    Person developer = tenant.newPerson("developer");
    IssuedKey key =
        tenant.key().with("owner", developer.name()).with(field, Json.read(json)).issue();
    return new Owned(key, developer.api());
  }

  private record Owned(IssuedKey key, Api owner) {
    Answer put(String json) {
      return owner.put(key.path(), Json.read(json));
    }
  }

  @Test
  void aBurstThatHoldsABucketIsNotLeftOutWithoutAnApproval() {
    String requests = "\"requests\": {\"per_minute\": 60}, \"algorithm\": \"token_bucket\"";
    String burst = "\"burst\": {\"max_burst\": 2}";
    Owned key = owned("rate_limits", "{" + requests + ", " + burst + "}");
    key.put("{\"rate_limits\": {" + requests + "}}").expect(202);
    key.put("{\"rate_limits\": {" + requests + ", \"burst\": {\"enabled\": false}}}").expect(202);
    Answer besides =
        key.put(
            "{\"rate_limits\": {\"requests\": {\"per_second\": 1000, \"per_minute\": 60}, "
                + burst
                + ", \"algorithm\": \"token_bucket\"}}");
    assertThat(besides.expect(202).text("/kind")).isEqualTo("limit_increase");
    assertThat(tenant.gateway().code(key.key())).isEqualTo("VALID");
    assertThat(tenant.gateway().code(key.key())).isEqualTo("VALID");
    assertThat(tenant.gateway().code(key.key())).isEqualTo("RATE_LIMITED");
    key.put("{\"rate_limits\": {" + requests + ", \"burst\": {\"max_burst\": 1}}}").expect(200);
  }

  @Test
  void anotherAlgorithmGivesBackNothingOfAQuota() {
    String perDay = "{\"requests\": {\"per_day\": 5}, \"algorithm\": \"";
    Owned key = owned("rate_limits", perDay + "fixed\"}");
    for (int i = 0; i < 5; i++) {
      assertThat(tenant.gateway().code(key.key())).isEqualTo("VALID");
    }
    key.put("{\"rate_limits\": " + perDay + "sliding\"}}").expect(200);
    assertThat(tenant.gateway().code(key.key())).isEqualTo("RATE_LIMITED");
    for (String algorithm : List.of("token_bucket", "sliding", "fixed", "token_bucket")) {
      tenant
          .admin()
          .put(key.key().path(), Json.read("{\"rate_limits\": " + perDay + algorithm + "\"}}"))
          .expect(200);
      assertThat(tenant.gateway().code(key.key())).as(algorithm).isEqualTo("RATE_LIMITED");
    }
  }

  @Test
  void moreCreditsThanThereAreNowNeedAnApproval() {
    Owned key = owned("credits", "{\"balance\": 5}");
    assertThat(tenant.gateway().code(key.key())).isEqualTo("VALID");
    for (int wanted : new int[] {5, 6}) {
      Answer asked = key.put("{\"credits\": {\"balance\": " + wanted + "}}").expect(202);
      assertThat(asked.number("/changes/credits/0/balance")).isEqualTo(4);
      assertThat(asked.number("/changes/credits/1/balance")).isEqualTo(wanted);
    }
    assertThat(key.put("{\"credits\": {\"balance\": 3}}").expect(200).number("/credits/balance"))
        .isEqualTo(3);
  }

  @Test
  void anApprovedBalanceIsSetThoughCallsWereMadeMeanwhile() {
    Owned key = owned("credits", "{\"balance\": 5}");
    assertThat(tenant.gateway().code(key.key())).isEqualTo("VALID");
    Answer more = key.put("{\"rate_limits\": {\"requests\": {\"per_hour\": 5000}}}").expect(202);
    assertThat(tenant.gateway().code(key.key())).isEqualTo("VALID");
    approve(more);
    assertThat(tenant.admin().get(key.key().path()).expect(200).number("/credits/balance"))
        .as("nobody asked for another")
        .isEqualTo(3);
    Answer again = key.put("{\"credits\": {\"balance\": 50}}").expect(202);
    assertThat(tenant.gateway().code(key.key())).isEqualTo("VALID");
    approve(again);
    assertThat(tenant.admin().get(key.key().path()).expect(200).number("/credits/balance"))
        .isEqualTo(50);
  }

  private void approve(Answer request) {
    tenant
        .admin()
        .post(
            "/api/v1/key-requests/" + request.number("/id") + "/approve",
            Map.of("digest", request.text("/digest")))
        .expect(200);
  }

  @Test
  void aDocumentThatIsSentBackRefundsNothing() {
    IssuedKey key = tenant.key().with("credits", Map.of("balance", 5)).issue();
    assertThat(tenant.gateway().code(key)).isEqualTo("VALID");
    Answer read = tenant.admin().get(key.path()).expect(200);
    String tag = read.requireHeader("etag");
    JsonNode credits = read.at("/credits");
    assertThat(credits.path("balance").asInt()).isEqualTo(4);
    assertThat(tenant.gateway().code(key, "cost", 2)).isEqualTo("VALID");

    Answer sentBack =
        tenant
            .admin()
            .header("If-Match", tag)
            .put(key.path(), Json.object("description", "edited", "credits", credits))
            .expect(200);
    assertThat(sentBack.number("/credits/balance")).isEqualTo(2);
    assertThat(sentBack.text("/description")).isEqualTo("edited");
    tenant
        .admin()
        .header("If-Match", tag)
        .put(key.path(), Json.object("description", "late"))
        .expectProblem(412, "PRECONDITION_FAILED");
    Answer set =
        tenant
            .admin()
            .header("If-Match", sentBack.requireHeader("etag"))
            .put(key.path(), Json.read("{\"credits\": {\"balance\": 7}}"))
            .expect(200);
    assertThat(set.number("/credits/balance")).isEqualTo(7);
    tenant.admin().header("If-Match", set.requireHeader("etag")).delete(key.path()).expect(200);
  }

  @Test
  void asMuchOfAResourceInALongerWindowIsLess() {
    Owned key = owned("resource_limits", "{\"pages\": {\"limit\": 5, \"window\": \"PT1H\"}}");
    String day = "{\"resource_limits\": {\"pages\": {\"limit\": 5, \"window\": \"P1D\"}}}";
    key.put(day).expect(200);
    key.put(day.replace("P1D", "PT1H")).expect(202);
  }

  @Test
  void noKeyBecomesAnEmergencyKey() {
    Owned key = owned("tags", "[\"ordinary\"]");
    Map<String, Object> wanted =
        Map.of("type", "emergency", "expires_at", Instant.now().plusSeconds(900).toString());
    key.owner().put(key.key().path(), wanted).expectInvalid("type");
    tenant.admin().put(key.key().path(), wanted).expectInvalid("type");
    IssuedKey emergency = tenant.key().with("type", "emergency").issue();
    tenant.admin().put(emergency.path(), Map.of("type", "service")).expectInvalid("type");
    tenant.admin().put(emergency.path(), Map.of("type", "emergency", "name", "e")).expect(200);
  }
}
