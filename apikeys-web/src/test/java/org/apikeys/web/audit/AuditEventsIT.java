package org.apikeys.web.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
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

/** {@code GET /api/v1/audit/events}, and the record that each change leaves. */
@ExtendWith(SharedServer.class)
class AuditEventsIT {
  private static final String EVENTS = "/api/v1/audit/events";

  /** Numbering follows the change; the contract promises a checkpoint within two seconds. */
  private static final Duration SEQUENCED = Duration.ofSeconds(3);

  private final Tenant tenant;
  private final Api auditor;

  AuditEventsIT(Tenant tenant) {
    this.tenant = tenant;
    auditor = tenant.person("auditor").api();
  }

  @Test
  void recordsACreation() {
    IssuedKey key = tenant.key().with("description", "watched").issue();
    JsonNode event = only("target=" + key.keyId() + "&action=key.created");
    assertThat(Json.names(event))
        .contains(
            "sequence",
            "id",
            "time",
            "actor",
            "action",
            "target",
            "organization_id",
            "outcome",
            "reason",
            "request_id",
            "changes",
            "count",
            "leaf_hash");
    JsonNode actor = event.path("actor");
    assertThat(Json.names(actor)).contains("type", "id", "name", "ip", "user_agent", "auth");
    assertThat(actor.path("name").asText()).isEqualTo(tenant.person("admin").name());
    assertThat(actor.path("ip").asText()).isEqualTo("127.0.0.1");
    assertThat(event.path("action").asText()).isEqualTo("key.created");
    JsonNode target = event.path("target");
    assertThat(Json.names(target)).contains("type", "id", "name");
    assertThat(target.path("name").asText()).isEqualTo(key.name());
    assertThat(event.path("organization_id").asLong()).isEqualTo(tenant.id());
    assertThat(event.path("outcome").asText()).isEqualTo("success");
    assertThat(event.path("request_id").asText()).isNotBlank();
    assertThat(Instant.parse(event.path("time").asText()))
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(5));
    assertThat(event.toString()).doesNotContain(key.value());
  }

  @Test
  void leavesOneRecordForEachChangeOfAKey() {
    IssuedKey key = tenant.key().scopes("agents:read").issue();
    Api admin = tenant.admin();
    admin.put(key.path(), Map.of("description", "changed")).expect(200);
    admin.put(key.path(), Map.of("is_active", false)).expect(200);
    admin.put(key.path(), Map.of("is_active", true)).expect(200);
    String rotated =
        admin.post(key.path() + "/rotate", Map.of("overlap", "PT1H")).expect(200).text("/key");
    admin.post(key.path() + "/renew", Map.of("expires_at", "2099-01-01T00:00:00Z")).expect(200);
    admin.delete(key.path() + "?reason=left%20on%20a%20bench").expect(200);
    List<String> expected =
        List.of(
            "key.revoked",
            "key.renewed",
            "key.rotated",
            "key.reactivated",
            "key.deactivated",
            "key.updated",
            "key.created");
    Eventually.within(
        SEQUENCED,
        () -> {
          Answer events = find("target=" + key.keyId() + "&size=50");
          assertThat(Json.texts(events.at("/events"), "action")).isEqualTo(expected);
          assertThat(events.body()).doesNotContain(key.value()).doesNotContain(rotated);
        });
    assertThat(only("target=" + key.keyId() + "&action=key.revoked").path("reason").asText())
        .isEqualTo("left on a bench");
  }

  @Test
  void findsAKeyByItsNumberAsWell() {
    IssuedKey key = tenant.key().issue();
    String number = key.keyId().substring("key-".length());
    for (String target : List.of(number, "key:" + number, "key:" + key.keyId())) {
      assertThat(only("action=key.created&target=" + target).at("/target/id").asText())
          .as(target)
          .isEqualTo(key.keyId());
    }
    assertThat(find("action=key.created&target=user:" + number).at("/events")).isEmpty();
  }

  @Test
  void showsOnlyWhatDiffers() {
    IssuedKey key = tenant.key().with("description", "before").scopes("agents:read").issue();
    tenant.admin().put(key.path(), Map.of("description", "after", "name", key.name())).expect(200);
    JsonNode changes = only("target=" + key.keyId() + "&action=key.updated").path("changes");
    assertThat(Json.names(changes)).contains("description").doesNotContain("name", "scopes");
    assertThat(Json.texts(changes.path("description"))).containsExactly("before", "after");
  }

  @Test
  void leavesNoRecordForARefusedChange() {
    IssuedKey key = tenant.key().issue();
    tenant.admin().put(key.path(), Map.of("colour", "red")).expect(400);
    tenant.admin().header("If-Match", "\"0-stale\"").put(key.path(), Map.of("name", "x"));
    only("target=" + key.keyId());
  }

  @Test
  void recordsPeopleAndOrganizations() {
    Person person = tenant.newPerson("developer");
    tenant
        .admin()
        .put("/api/v1/users/" + person.id(), Map.of("email", "new@example.com"))
        .expect(200);
    tenant.admin().delete("/api/v1/users/" + person.id());
    Eventually.within(
        SEQUENCED,
        () ->
            assertThat(Json.texts(find("target=user:" + person.id()).at("/events"), "action"))
                .contains("user.created", "user.updated", "user.deleted"));
    Answer all = find("size=200");
    assertThat(all.body()).doesNotContain(person.password()).doesNotContain(person.token());
    Answer organization =
        tenant
            .server()
            .admin()
            .get(EVENTS + "?action=organization.created&target=organization:" + tenant.id())
            .expect(200);
    assertThat(organization.at("/events")).hasSize(1);
  }

  @Test
  void recordsASignIn() {
    Person person = tenant.newPerson("developer");
    Eventually.within(
        SEQUENCED,
        () ->
            assertThat(find("actor=" + person.name() + "&action=session.created").at("/events"))
                .hasSize(1));
    JsonNode actor = only("actor=" + person.name() + "&action=session.created").path("actor");
    assertThat(actor.path("type").asText()).isEqualTo("person");
    assertThat(actor.path("id").asText()).isEqualTo("user-" + person.id());
  }

  @Test
  void recordsARefusedSignIn() {
    // When other tests have used up the minute's own records, the next minute has some again.
    Eventually.within(
        Duration.ofSeconds(75),
        () -> {
          Person person = tenant.newPerson("developer");
          tenant
              .server()
              .anonymous()
              .post(
                  "/api/v1/auth/token",
                  Map.of("username", person.name(), "password", "wrong-wrong"))
              .expect(401);
          only("q=" + person.name() + "&action=session.denied");
        });
    assertThat(find("size=200").body()).doesNotContain("wrong-wrong");
  }

  @Test
  void recordsADeniedCall() {
    // When other tests have used up the minute's own records, the next minute has some again.
    Eventually.within(
        Duration.ofSeconds(75),
        () -> {
          Person person = tenant.newPerson("developer");
          Answer denied = person.api().get(EVENTS).expectProblem(403, "FORBIDDEN");
          JsonNode event = only("actor=" + person.name() + "&outcome=denied");
          assertThat(event.path("action").asText()).isEqualTo("access.denied");
          assertThat(event.path("request_id").asText()).isEqualTo(denied.text("/request_id"));
        });
  }

  @Test
  void recordsWhoTriedToDecideAboutTheirOwn() {
    Eventually.within(
        Duration.ofSeconds(75),
        () -> {
          Person self = tenant.newPerson("manager");
          Answer request =
              self.api()
                  .post(
                      "/api/v1/key-requests",
                      Json.object("kind", "new_key", "name", "mine", "justification", "wanted"))
                  .expect(201);
          String path = "/api/v1/key-requests/" + request.number("/id");
          self.api()
              .post(path + "/approve", Map.of("digest", request.text("/digest")))
              .expectProblem(403, "SELF_APPROVAL");
          JsonNode event = only("actor=" + self.name() + "&action=access.denied");
          assertThat(event.path("reason").asText()).isEqualTo("SELF_APPROVAL");
          assertThat(event.at("/target/name").asText()).isEqualTo(path + "/approve");
        });
  }

  @Test
  void recordsWhatAWebhookAndACampaignAreMadeOf() {
    Api admin = tenant.admin();
    String url = "https://hooks.example.com/" + Unique.name("h");
    Answer webhook =
        admin
            .post("/api/v1/webhooks", Json.object("url", url, "events", List.of("key.created")))
            .expect(201);
    admin.delete("/api/v1/webhooks/" + webhook.number("/id")).expect(204);
    String target = "target=webhook:" + webhook.number("/id");
    JsonNode created = only(target + "&action=webhook.created").path("changes");
    assertThat(Json.texts(created.path("url"))).containsExactly("null", url);
    assertThat(created.toString()).doesNotContain(webhook.text("/secret"));
    JsonNode deleted = only(target + "&action=webhook.deleted").path("changes");
    assertThat(Json.texts(deleted.path("url"))).containsExactly(url, "null");

    tenant.key().with("tags", List.of("reviewed")).issue();
    String due = Instant.now().plus(Duration.ofDays(30)).truncatedTo(ChronoUnit.SECONDS).toString();
    Answer campaign =
        admin
            .post(
                "/api/v1/campaigns",
                Json.object(
                    "name",
                    Unique.name("review"),
                    "due_at",
                    due,
                    "selection",
                    Map.of("tag", "reviewed")))
            .expect(201);
    JsonNode opened =
        only("target=campaign:" + campaign.number("/id") + "&action=campaign.created")
            .path("changes");
    assertThat(opened.at("/due_at/1").asText()).isEqualTo(due);
    assertThat(opened.at("/tag/1").asText()).isEqualTo("reviewed");
    assertThat(opened.at("/keys/1").asInt()).isEqualTo(1);
  }

  @Test
  void recordsWhatAnAlertRuleIsMadeOf() {
    Api admin = tenant.admin();
    Person owner = tenant.newPerson("developer");
    String rules = "/api/v1/alert-rules";
    Map<String, Object> threshold =
        Map.of("metric", "denials", "operator", "above", "value", 3, "window", "PT5M");
    Answer rule =
        admin
            .post(
                rules,
                Json.object(
                    "name",
                    Unique.name("rule"),
                    "type",
                    "threshold",
                    "routes",
                    List.of("console"),
                    "scope",
                    Map.of("owner", owner.name()),
                    "threshold",
                    threshold))
            .expect(201);
    admin.delete(rules + "/" + rule.number("/id")).expect(204);
    String target = "target=alert_rule:" + rule.number("/id");
    JsonNode created = only(target + "&action=alert_rule.created");
    assertThat(created.at("/changes/threshold/1/metric").asText()).isEqualTo("denials");
    assertThat(created.at("/changes/routes/1/0").asText()).isEqualTo("console");
    assertThat(created.at("/changes/owner/1").asText()).isEqualTo(owner.name());
    JsonNode deleted = only(target + "&action=alert_rule.deleted");
    assertThat(deleted.at("/changes/threshold/0")).isEqualTo(created.at("/changes/threshold/1"));
    for (JsonNode event : List.of(created, deleted)) {
      String leaf = EVENTS + "/" + event.path("sequence").asLong() + "/leaf";
      assertThat(auditor.get(leaf).expect(200).body()).doesNotContain(owner.name());
    }
  }

  @Test
  void saysThatNobodyHasApprovedAnEmergencyKeyYet() {
    Api developer = tenant.newPerson("developer").api();
    String requests = "/api/v1/key-requests";
    Answer request =
        developer
            .post(
                requests,
                Json.object(
                    "kind",
                    "emergency",
                    "name",
                    Unique.name("fire"),
                    "type",
                    "emergency",
                    "justification",
                    "it burns"))
            .expect(201);
    String path = requests + "/" + request.number("/id");
    Answer claimed = developer.post(path + "/claim").expect(200);
    assertThat(
            only("target=" + claimed.text("/key_id") + "&action=key.created")
                .path("reason")
                .asText())
        .isEqualTo("request " + request.number("/id") + ", not approved yet");
  }

  @Test
  void recordsAReadOfTheLogItself() {
    Person reader = tenant.newPerson("auditor");
    reader.api().get(EVENTS + "?size=1").expect(200);
    long sequence = find("size=1").number("/events/0/sequence");
    reader.api().get(EVENTS + "/" + sequence).expect(200);
    Eventually.within(
        SEQUENCED,
        () ->
            assertThat(Json.texts(find("actor=" + reader.name()).at("/events"), "action"))
                .contains("audit.listed", "audit.read"));
  }

  @Test
  void countsAFloodOfDenialsInOneRecord() {
    Person person = tenant.newPerson("developer");
    Instant before = Instant.now().minusSeconds(1);
    int denials = 60;
    for (int i = 0; i < denials; i++) {
      person.api().get("/api/v1/users").expect(403);
    }
    // The shared record is written when its minute is over.
    Eventually.within(
        Duration.ofSeconds(70),
        () -> assertThat(denialsSince(before)).isGreaterThanOrEqualTo(denials));
    assertThat(find("actor=" + person.name() + "&action=access.denied&size=200").at("/events"))
        .hasSizeLessThanOrEqualTo(22);
  }

  @Test
  void readsOneRecord() {
    IssuedKey key = tenant.key().issue();
    JsonNode event = only("target=" + key.keyId());
    Answer one = auditor.get(EVENTS + "/" + event.path("sequence").asLong()).expect(200);
    assertThat(one.json()).isEqualTo(event);
    auditor.get(EVENTS + "/999999999").expectProblem(404, "NOT_FOUND");
    auditor.get(EVENTS + "/0").expectProblem(404, "NOT_FOUND");
    auditor.get(EVENTS + "/abc").expectProblem(404, "NOT_FOUND");
  }

  @Test
  void findsByTargetActorTimeAndText() {
    Instant before = Instant.now().minusSeconds(1);
    IssuedKey key = tenant.key().with("name", Unique.name("findable")).issue();
    JsonNode event = only("target=" + key.keyId());
    long sequence = event.path("sequence").asLong();
    for (String query :
        List.of(
            "target=key:" + event.at("/target/id").asText(),
            "target=" + key.name(),
            "q=" + key.name(),
            "target=" + key.keyId() + "&actor=" + tenant.person("admin").name(),
            "target=" + key.keyId() + "&outcome=success&action=key.created",
            "target=" + key.keyId() + "&from=" + before)) {
      assertThat(find(query).at("/events/0/sequence").asLong()).as(query).isEqualTo(sequence);
    }
    for (String query :
        List.of("actor=" + Unique.name("nobody"), "outcome=error", "to=" + before)) {
      assertThat(find("target=" + key.keyId() + "&" + query).at("/events")).as(query).isEmpty();
    }
  }

  @Test
  void includesFromAndExcludesTo() {
    IssuedKey key = tenant.key().issue();
    String time = only("target=" + key.keyId()).path("time").asText();
    assertThat(find("target=" + key.keyId() + "&from=" + time).at("/events")).hasSize(1);
    assertThat(find("target=" + key.keyId() + "&to=" + time).at("/events")).isEmpty();
  }

  @Test
  void pagesByCursorWithoutGapOrRepeat() {
    IssuedKey key = tenant.key().issue();
    for (int i = 0; i < 6; i++) {
      tenant.admin().put(key.path(), Map.of("description", "version " + i)).expect(200);
    }
    Eventually.within(
        SEQUENCED,
        () -> assertThat(find("target=" + key.keyId() + "&size=50").at("/events")).hasSize(7));
    List<Long> sequences = new ArrayList<>();
    String cursor = "";
    int pages = 0;
    do {
      Answer page = find("target=" + key.keyId() + "&size=3" + cursor);
      page.at("/events").forEach(event -> sequences.add(event.path("sequence").asLong()));
      JsonNode next = page.at("/next_cursor");
      cursor = next.isNull() || next.isMissingNode() ? "" : "&cursor=" + next.asText();
      pages++;
    } while (!cursor.isEmpty() && pages < 10);
    assertThat(sequences)
        .hasSize(7)
        .doesNotHaveDuplicates()
        .isSortedAccordingTo(Comparator.reverseOrder());
  }

  @Test
  void numbersWithoutGaps() {
    tenant.key().issue();
    only("action=key.created&size=1");
    List<Long> sequences = new ArrayList<>();
    tenant
        .server()
        .admin()
        .get(EVENTS + "?size=200")
        .expect(200)
        .at("/events")
        .forEach(event -> sequences.add(event.path("sequence").asLong()));
    for (int i = 1; i < sequences.size(); i++) {
      assertThat(sequences.get(i)).isEqualTo(sequences.get(i - 1) - 1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "from=yesterday",
        "to=5",
        "outcome=maybe",
        "action=nosuch.thing",
        "action=key.*",
        "action=KEY.CREATED",
        "action=key.created,",
        "from=1900-01-01T00:00:00Z",
        "size=0",
        "size=201",
        "cursor=forged",
        "from=2026-01-01T00:00:00"
      })
  void refusesAFilterThatIsNone(String query) {
    auditor.get(EVENTS + "?" + query).expectInvalid(query.substring(0, query.indexOf('=')));
  }

  @Test
  void findsSeveralActionsAndAPersonAsATarget() {
    IssuedKey key = tenant.key().issue();
    tenant.admin().delete(key.path()).expect(200);
    Eventually.within(
        SEQUENCED,
        () ->
            assertThat(
                    Json.texts(
                        find("action=key.created,key.revoked&target=" + key.keyId()).at("/events"),
                        "action"))
                .containsExactly("key.revoked", "key.created"));
    Person person = tenant.newPerson("developer");
    assertThat(only("action=user.created&target=user-" + person.id()).at("/target/id").asText())
        .isEqualTo(String.valueOf(person.id()));
  }

  @Test
  void isForThoseWhoHoldTheScope() {
    tenant.admin().get(EVENTS).expect(200);
    for (String role : List.of("developer", "manager", "gateway")) {
      tenant.person(role).api().get(EVENTS).expectProblem(403, "FORBIDDEN");
    }
    tenant.server().anonymous().get(EVENTS).expectProblem(401, "UNAUTHENTICATED");
    IssuedKey machine = tenant.key().scopes("audit:read").issue();
    tenant.server().anonymous().withKey(machine.value()).get(EVENTS).expect(200);
  }

  @Test
  void cannotBeChanged() {
    long sequence = find("size=1").number("/events/0/sequence");
    for (String method : List.of("PUT", "DELETE", "PATCH")) {
      tenant
          .admin()
          .send(method, EVENTS + "/" + sequence, "DELETE".equals(method) ? null : "{}")
          .expectProblem(405, "METHOD_NOT_ALLOWED");
    }
  }

  /** The one record that the query finds, once it is numbered. */
  private JsonNode only(String query) {
    Supplier<Answer> look = () -> find(query);
    Eventually.within(
        SEQUENCED, () -> assertThat(look.get().at("/events").size()).isGreaterThan(0));
    JsonNode events = look.get().at("/events");
    if (!query.contains("size=1")) {
      assertThat(events).as(query).hasSize(1);
    }
    return events.get(0);
  }

  private Answer find(String query) {
    return auditor.get(EVENTS + "?" + query).expect(200);
  }

  /** The denied calls to the whole installation, each record with its count. */
  private long denialsSince(Instant from) {
    long sum = 0;
    for (JsonNode event :
        tenant
            .server()
            .admin()
            .get(EVENTS + "?action=access.denied&size=200&from=" + from)
            .expect(200)
            .at("/events")) {
      sum += Math.max(1, event.path("count").asLong(1));
    }
    return sum;
  }
}
