package org.apikeys.web.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules by HTTP, and what they do about live calls. */
@ExtendWith(SharedServer.class)
class AlertRulesIT {
  private static final String RULES = "/api/v1/alert-rules";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Tenant tenant;

  AlertRulesIT(Tenant tenant) {
    this.tenant = tenant;
  }

  private static Map<String, Object> rule(String keyId, String answer) {
    return Map.of(
        "name",
        "denied too often",
        "type",
        "threshold",
        "scope",
        Map.of("key_id", keyId),
        "threshold",
        Map.of(
            "metric", "denials",
            "code", "INSUFFICIENT_SCOPE",
            "value", 3,
            "window", "PT10M"),
        "severity",
        "critical",
        "answer",
        answer);
  }

  @Test
  void aRuleForWhatCanWaitSendsMailOnlyWhenItSaysSo() {
    IssuedKey key = tenant.key().issue();
    Api manager = tenant.person("manager").api();
    Map<String, Object> rule = new HashMap<>(rule(key.keyId(), "none"));
    rule.put("severity", "info");
    assertThat(Json.texts(manager.post(RULES, rule).expect(201).at("/routes")))
        .containsExactly("console", "webhook");
    rule.put("routes", List.of("mail"));
    assertThat(Json.texts(manager.post(RULES, rule).expect(201).at("/routes")))
        .containsExactly("mail");
  }

  @Test
  void aRuleIsMadeReadChangedAndDeleted() {
    IssuedKey key = tenant.key().issue();
    Api manager = tenant.person("manager").api();
    Answer made =
        manager
            .header("Idempotency-Key", Unique.name("rule"))
            .post(RULES, rule(key.keyId(), "none"))
            .expect(201);
    String path = RULES + "/" + made.number("/id");
    assertThat(made.requireHeader("location")).endsWith(path);
    assertThat(made.at("/routes")).hasSize(3);
    Answer read = tenant.person("auditor").api().get(path).expect(200);
    assertThat(read.text("/threshold/per")).isEqualTo("key");
    tenant.person("auditor").api().delete(path).expectProblem(403, "FORBIDDEN");
    tenant.person("developer").api().get(RULES).expectProblem(403, "FORBIDDEN");
    tenant.server().newTenant().admin().get(path).expectProblem(404, "NOT_FOUND");

    Answer changed = manager.put(path, Map.of("is_active", false)).expect(200);
    assertThat(changed.at("/is_active").asBoolean()).isFalse();
    assertThat(changed.text("/name")).isEqualTo("denied too often");
    manager.put(path, Json.read(changed.body())).expect(200);
    manager.put(path, Map.of("id", 0)).expectInvalid("id");
    manager
        .header("If-Match", made.requireHeader("etag"))
        .delete(path)
        .expectProblem(412, "PRECONDITION_FAILED");
    assertThat(manager.get(RULES).expect(200).number("/total")).isEqualTo(1);
    manager.delete(path).expect(204);
    manager.get(path).expectProblem(404, "NOT_FOUND");
    Eventually.within(
        LIMIT,
        () ->
            assertThat(
                    Json.texts(
                        tenant
                            .admin()
                            .get(
                                "/api/v1/audit/events?size=50&actor="
                                    + tenant.person("manager").name())
                            .expect(200)
                            .at("/events"),
                        "action"))
                .contains("alert_rule.created", "alert_rule.updated", "alert_rule.deleted"));
  }

  @Test
  void aRuleThatIsBrokenByLiveCallsSuspendsTheKey() {
    Gateway gateway = tenant.gateway();
    IssuedKey key = tenant.key().issue();
    tenant.admin().post(RULES, rule(key.keyId(), "suspend")).expect(201);
    for (int i = 0; i < 5; i++) {
      assertThat(gateway.code(key, "scopes", List.of("users:read")))
          .isEqualTo("INSUFFICIENT_SCOPE");
    }
    String alerts = "/api/v1/alerts?kind=threshold&key=" + key.keyId();
    Eventually.within(
        LIMIT,
        () ->
            assertThat(tenant.admin().get(alerts).expect(200).at("/alerts"))
                .anySatisfy(
                    alert -> assertThat(alert.path("answer").asText()).isEqualTo("suspend")));
    Eventually.within(LIMIT, () -> assertThat(gateway.code(key)).isEqualTo("KEY_INACTIVE"));
    long id = tenant.admin().get(alerts).expect(200).number("/alerts/0/id");
    tenant.admin().post("/api/v1/alerts/" + id + "/undo-answer").expect(200);
    Eventually.within(LIMIT, () -> assertThat(gateway.code(key)).isEqualTo("VALID"));

    Answer picture =
        tenant.admin().get("/api/v1/analytics/security?key=" + key.keyId()).expect(200);
    assertThat(picture.number("/totals/permission_violations")).isEqualTo(5);
    assertThat(picture.number("/keys/0/permission_violations")).isEqualTo(5);
    Answer rehearsed =
        tenant.admin().post(RULES + "/dry-run", rule(key.keyId(), "none")).expect(200);
    assertThat(rehearsed.number("/count")).isPositive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name | {\"name\": \"\"}",
        "type | {\"type\": \"both\"}",
        "threshold | {\"threshold\": null}",
        "anomaly | {\"anomaly\": {\"signals\": [\"throttled\"]}}",
        "threshold.metric | {\"threshold\": {\"metric\": \"joy\", \"value\": 1, \"window\": \"PT5M\"}}",
        "threshold.value | {\"threshold\": {\"metric\": \"requests\", \"window\": \"PT5M\"}}",
        "threshold.value | {\"threshold\": {\"metric\": \"error_rate\", \"value\": 101, \"window\": \"PT5M\"}}",
        "threshold.window | {\"threshold\": {\"metric\": \"requests\", \"value\": 1}}",
        "threshold.window | {\"threshold\": {\"metric\": \"requests\", \"value\": 1, \"window\": \"P30D\"}}",
        "threshold.code | {\"threshold\": {\"metric\": \"requests\", \"code\": \"REVOKED\", \"value\": 1, \"window\": \"PT5M\"}}",
        "scope.key_id | {\"scope\": {\"key_id\": \"key-999999999\"}}",
        "scope.owner | {\"scope\": {\"owner\": \"nobody-by-this-name\"}}",
        "scope.owner | {\"scope\": {\"owner\": \"\"}}",
        "scope.owner | {\"scope\": {\"owner\": \"admin\"}}",
        "severity | {\"severity\": \"high\"}",
        "routes | {\"routes\": []}",
        "routes | {\"routes\": [\"pigeon\"]}",
        "routes | {\"routes\": [null]}",
        "answer | {\"answer\": \"explode\"}",
        "hue | {\"hue\": 1}"
      })
  void refusesWhatIsNoRule(String field, String changes) {
    Map<String, Object> body = new HashMap<>(rule(tenant.key().issue().keyId(), "none"));
    Json.read(changes).properties().forEach(one -> body.put(one.getKey(), one.getValue()));
    tenant.admin().post(RULES, body).expectInvalid(field);
  }

  @Test
  void aRuleIsAboutThePersonAsTheDirectorySpellsThem() {
    String name = tenant.person("developer").name();
    Map<String, Object> body = new HashMap<>(rule(tenant.key().issue().keyId(), "none"));
    body.put("scope", Map.of("owner", name.toUpperCase(Locale.ROOT)));
    Answer made = tenant.admin().post(RULES, body).expect(201);
    assertThat(made.text("/scope/owner")).isEqualTo(name);
    tenant
        .admin()
        .put(RULES + "/" + made.number("/id"), Map.of("scope", Map.of("owner", name + "x")))
        .expectInvalid("scope.owner");
    body.put("scope", Map.of("owner", name + "x"));
    tenant.admin().post(RULES + "/dry-run", body).expectInvalid("scope.owner");
  }

  @Test
  void refusesAPictureOfNoTimeAndOfOthers() {
    String picture = "/api/v1/analytics/security";
    tenant
        .admin()
        .get(picture + "?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z")
        .expectInvalid("from");
    tenant.admin().get(picture + "?interval=fortnight").expectInvalid("interval");
    tenant.admin().get(picture + "?key=x").expectInvalid("key");
    IssuedKey foreign = tenant.server().newTenant().key().issue();
    tenant.admin().get(picture + "?key=" + foreign.keyId()).expectProblem(404, "NOT_FOUND");
    tenant.person("developer").api().get(picture).expectProblem(403, "FORBIDDEN");
  }
}
