package org.apikeys.web.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apikeys.api.audit.Checkpoint;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Erasure, legal holds, retention and purges. */
@ExtendWith(SharedServer.class)
class PrivacyIT {
  private static final String AUDIT = Log.AUDIT;

  private final Tenant tenant;
  private final Api auditor;

  PrivacyIT(Tenant tenant) {
    this.tenant = tenant;
    auditor = tenant.person("auditor").api();
  }

  private JsonNode events(String query) {
    return auditor.get(AUDIT + "/events?size=50&" + query).expect(200).at("/events");
  }

  @Test
  void erasesAPersonAndLeavesEveryProof() {
    Person person = tenant.newPerson("developer");
    String subject = "user-" + person.id();
    person
        .api()
        .header("User-Agent", "agent-of-" + person.name())
        .post("/api/v1/api-keys", Map.of("name", Unique.name("k"), "environment", "development"))
        .expect(201);
    List<JsonNode> before = new ArrayList<>();
    events("actor=" + subject).forEach(before::add);
    events("target=user:" + person.id()).forEach(before::add);
    assertThat(before).hasSizeGreaterThanOrEqualTo(3);
    assertThat(before.toString()).contains(person.name());
    for (JsonNode event : before) {
      assertThat(leaf(event)).doesNotContain(person.name(), "127.0.0.1");
    }
    String export = auditor.get(AUDIT + "/export?subject=" + subject).expect(200).body();
    assertThat(export.lines()).hasSizeGreaterThanOrEqualTo(before.size());
    Checkpoint old = new Log(auditor).checkpoint();

    Answer erased = tenant.admin().post(AUDIT + "/subjects/" + subject + "/erase").expect(200);
    assertThat(erased.text("/subject")).isEqualTo(subject);
    assertThat(erased.number("/records")).isGreaterThanOrEqualTo(before.size());

    assertThat(events("actor=" + person.name())).isEmpty();
    assertThat(events("q=" + person.name())).isEmpty();
    Log log = new Log(auditor);
    Checkpoint now = log.checkpoint();
    assertThat(log.grew(old, now)).isTrue();
    for (JsonNode event : before) {
      Answer after = auditor.get(AUDIT + "/events/" + event.path("sequence").asLong()).expect(200);
      assertThat(after.body()).doesNotContain(person.name());
      assertThat(after.at("/leaf_hash")).isEqualTo(event.path("leaf_hash"));
      if (event.at("/actor/id").asText().equals(subject)) {
        assertThat(after.at("/actor/id").asText()).isEqualTo(subject);
        for (String field : List.of("name", "ip", "user_agent")) {
          assertThat(after.at("/actor/" + field).isNull()).as(field).isTrue();
        }
      }
      assertThat(log.proves(event, now)).isTrue();
    }
    assertThat(Json.texts(events("action=subject.erased"), "outcome")).contains("success");
    assertThat(
            tenant.server().admin().post(AUDIT + "/verify").expect(200).at("/verified").asBoolean())
        .isTrue();
  }

  private String leaf(JsonNode event) {
    String leaf =
        auditor
            .get(AUDIT + "/events/" + event.path("sequence").asLong() + "/leaf")
            .expect(200)
            .body();
    assertThat(leaf.getBytes(StandardCharsets.UTF_8)).isNotEmpty();
    return leaf;
  }

  @Test
  void erasesNobodyOfAnotherOrganizationOrUnknown() {
    Person person = tenant.newPerson("developer");
    events("actor=" + person.name());
    tenant
        .server()
        .newTenant()
        .admin()
        .post(AUDIT + "/subjects/user-" + person.id() + "/erase")
        .expectProblem(404, "NOT_FOUND");
    tenant
        .admin()
        .post(AUDIT + "/subjects/" + Unique.name("nobody") + "/erase")
        .expectProblem(404, "NOT_FOUND");
    auditor
        .post(AUDIT + "/subjects/user-" + person.id() + "/erase")
        .expectProblem(403, "FORBIDDEN");
  }

  @Test
  void aHoldBlocksErasureUntilItIsLifted() {
    Person person = tenant.newPerson("developer");
    String subject = "user-" + person.id();
    events("actor=" + person.name());
    Answer hold =
        tenant
            .admin()
            .post(
                AUDIT + "/holds",
                Json.object(
                    "name",
                    "Case 1",
                    "reason",
                    "letter",
                    "subject",
                    subject,
                    "from",
                    "2026-01-01T00:00:00Z"))
            .expect(201);
    String path = AUDIT + "/holds/" + hold.number("/id");
    assertThat(hold.requireHeader("location")).endsWith(path);
    assertThat(auditor.get(path).expect(200).json()).isEqualTo(hold.json());
    assertThat(auditor.get(AUDIT + "/holds?size=200").expect(200).at("/holds"))
        .contains(hold.json());
    String erase = AUDIT + "/subjects/" + subject + "/erase";
    // When other tests have used up the minute's own records, the next minute has some again.
    Eventually.within(
        Duration.ofSeconds(75),
        () -> {
          tenant.admin().post(erase).expectProblem(409, "LEGAL_HOLD");
          assertThat(Json.texts(events("target=" + erase), "reason")).contains("LEGAL_HOLD");
        });
    assertThat(events("actor=" + person.name())).isNotEmpty();

    Api foreign = tenant.server().newTenant().admin();
    foreign.get(path).expectProblem(404, "NOT_FOUND");
    foreign.delete(path).expectProblem(404, "NOT_FOUND");
    auditor.delete(path).expectProblem(403, "FORBIDDEN");
    tenant.admin().delete(path).expect(204);
    auditor.get(path).expectProblem(404, "NOT_FOUND");
    tenant.admin().post(AUDIT + "/subjects/" + subject + "/erase").expect(200);
    JsonNode records = events("target=hold:" + hold.number("/id"));
    assertThat(Json.texts(records, "action")).containsExactly("hold.deleted", "hold.created");
    assertThat(records.at("/1/changes/subject/1").asText()).isEqualTo(subject);
    assertThat(records.at("/1/changes/from/1").asText()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(records.at("/0/changes/subject/0").asText()).isEqualTo(subject);
  }

  @Test
  void refusesAHoldThatIsNone() {
    Api admin = tenant.admin();
    admin.post(AUDIT + "/holds", Json.object("reason", "r")).expectInvalid("name");
    admin.post(AUDIT + "/holds", Json.object("name", "n")).expectInvalid("reason");
    admin
        .post(AUDIT + "/holds", Json.object("name", "n", "reason", "r", "colour", "red"))
        .expectInvalid("colour");
    admin
        .post(AUDIT + "/holds", Json.object("name", "n", "reason", "r", "from", "yesterday"))
        .expectInvalid("from");
    admin
        .post(AUDIT + "/holds", Json.object("name", "x".repeat(101), "reason", "r"))
        .expectInvalid("name");
    admin
        .post(
            AUDIT + "/holds",
            Json.object(
                "name",
                "n",
                "reason",
                "r",
                "from",
                "2026-02-01T00:00:00Z",
                "to",
                "2026-01-01T00:00:00Z"))
        .expectInvalid("to");
    admin.get(AUDIT + "/holds/x").expectProblem(404, "NOT_FOUND");
  }

  @Test
  void changesRetentionForTheWholeInstallation() {
    Api operator = tenant.server().admin();
    Answer before = operator.get(AUDIT + "/retention").expect(200);
    assertThat(Json.names(before.at("/classes"))).contains("audit", "usage", "notices");
    try {
      Answer after =
          operator
              .put(AUDIT + "/retention", Map.of("classes", Map.of("notices", "P100D")))
              .expect(200);
      assertThat(after.text("/classes/notices")).isEqualTo("P100D");
      assertThat(after.at("/classes/audit")).isEqualTo(before.at("/classes/audit"));
    } finally {
      operator.put(AUDIT + "/retention", before.body()).expect(200);
    }
    tenant.admin().put(AUDIT + "/retention", before.body()).expectProblem(403, "FORBIDDEN");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "90", "P0D", "-P1D", "P-1D", "P101Y", "PT5S", "P999999999Y", "forever"})
  void refusesAPeriodThatIsNone(String period) {
    tenant
        .server()
        .admin()
        .put(AUDIT + "/retention", Map.of("classes", Map.of("usage", period)))
        .expectInvalid("classes.usage");
  }

  @Test
  void refusesAClassThatIsNone() {
    Api operator = tenant.server().admin();
    operator
        .put(AUDIT + "/retention", Map.of("classes", Map.of("gossip", "P1D")))
        .expectInvalid("classes.gossip");
    operator.put(AUDIT + "/retention", Map.of()).expectInvalid("classes");
  }

  @Test
  void asksASecondPersonForAPurge() {
    Api operator = tenant.server().admin();
    String name = Unique.name("operator");
    operator
        .post(
            "/api/v1/users",
            Json.object(
                "username",
                name,
                "password",
                "pw-" + name + "-Zq7",
                "email",
                name + "@example.com",
                "roles",
                List.of("admin"),
                "organization_id",
                1))
        .expect(201);
    Api second = tenant.server().signIn(name, "pw-" + name + "-Zq7");

    Answer plan =
        operator
            .post(AUDIT + "/purge", Json.object("before", "2001-01-01T00:00:00Z", "dry_run", true))
            .expect(200);
    assertThat(plan.at("/dry_run").asBoolean()).isTrue();
    assertThat(plan.number("/records")).isZero();
    Answer request =
        operator.post(AUDIT + "/purge", Json.object("before", "2001-01-01T00:00:00Z")).expect(202);
    assertThat(request.text("/kind")).isEqualTo("purge");
    assertThat(request.text("/status")).isEqualTo("pending");
    String path = AUDIT + "/purge/" + request.number("/id");
    operator.post(path + "/approve").expectProblem(403, "SELF_APPROVAL");
    assertThat(second.post(path + "/approve").expect(200).text("/status")).isEqualTo("fulfilled");
    second.post(path + "/approve").expectProblem(409, "CONFLICT");
    assertThat(operator.get(path).expect(200).text("/approved_by")).isEqualTo(name);
    refusesAndWithdrawsPurges(operator, second, name);

    operator.post(AUDIT + "/purge", Map.of("dry_run", true)).expectInvalid("before");
    operator.post(AUDIT + "/purge", Map.of("before", "x")).expectInvalid("before");
    operator.post(AUDIT + "/purge/999999/approve").expectProblem(404, "NOT_FOUND");
    tenant
        .admin()
        .post(AUDIT + "/purge", Json.object("before", "2001-01-01T00:00:00Z"))
        .expectProblem(403, "FORBIDDEN");
  }

  private void refusesAndWithdrawsPurges(Api operator, Api second, String name) {
    Map<String, Object> order = Json.object("before", "2001-01-01T00:00:00Z");
    String refused =
        AUDIT + "/purge/" + operator.post(AUDIT + "/purge", order).expect(202).number("/id");
    Map<String, Object> why = Json.object("reason", "the case is open");
    operator.post(refused + "/reject", why).expectProblem(403, "SELF_APPROVAL");
    second.post(refused + "/reject", Map.of()).expectInvalid("reason");
    Answer rejected = second.post(refused + "/reject", why).expect(200);
    assertThat(rejected.text("/status")).isEqualTo("rejected");
    assertThat(rejected.text("/closed_by")).isEqualTo(name);
    second.post(refused + "/approve").expectProblem(409, "CONFLICT");

    String withdrawn =
        AUDIT + "/purge/" + operator.post(AUDIT + "/purge", order).expect(202).number("/id");
    second.post(withdrawn + "/cancel").expectProblem(403, "FORBIDDEN");
    assertThat(operator.post(withdrawn + "/cancel").expect(200).text("/status"))
        .isEqualTo("cancelled");
    second.post(withdrawn + "/reject", why).expectProblem(409, "CONFLICT");
    Answer list = operator.get(AUDIT + "/purge?size=2").expect(200);
    assertThat(Json.texts(list.at("/purges"), "status")).containsExactly("cancelled", "rejected");
    tenant.admin().get(AUDIT + "/purge").expectProblem(403, "FORBIDDEN");
  }

  @Test
  void keepsNobodysNameOrAddressInClear() {
    Person person = tenant.newPerson("developer");
    String address = person.name() + "@example.com";
    IssuedKey key = tenant.key().with("owner", person.name()).issue();
    person.api().get("/api/user/usage/" + address);
    person.api().get("/api/v1/users").expectProblem(403, "FORBIDDEN");
    auditor.get("/api/user/key/" + address);

    for (JsonNode event : events("target=" + key.keyId())) {
      assertThat(leaf(event)).doesNotContain(person.name());
      assertThat(event.at("/changes/owner/1").asText()).isEqualTo(person.name());
    }
    for (JsonNode event : events("action=access.denied")) {
      assertThat(leaf(event)).doesNotContain(address);
    }
    assertThat(auditor.get(AUDIT + "/export?subject=user-" + person.id()).expect(200).body())
        .contains(key.keyId());
    tenant.admin().post(AUDIT + "/subjects/user-" + person.id() + "/erase").expect(200);
    assertThat(events("target=" + key.keyId()).get(0).at("/changes/owner/1").asText())
        .isEqualTo("user-" + person.id());
  }
}
