package org.apikeys.web.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code GET /api/v1/audit/export}. */
@ExtendWith(SharedServer.class)
class ExportIT {
  private static final String EXPORT = Log.AUDIT + "/export";

  private final Tenant tenant;
  private final Api auditor;

  ExportIT(Tenant tenant) {
    this.tenant = tenant;
    auditor = tenant.person("auditor").api();
  }

  private static List<JsonNode> objects(Answer answer) {
    return answer.body().lines().map(Json::read).toList();
  }

  @Test
  void givesEveryRecordOfTheOrganizationInOrder() {
    IssuedKey key = tenant.key().issue();
    Answer answer = auditor.get(EXPORT + "?format=jsonl").expect(200);
    assertThat(answer.requireHeader("content-type")).startsWith("application/x-ndjson");
    List<JsonNode> records = objects(answer);
    assertThat(answer.requireHeader("x-record-count")).isEqualTo(Integer.toString(records.size()));
    assertThat(records)
        .allSatisfy(one -> assertThat(one.path("organization_id").asLong()).isEqualTo(tenant.id()));
    assertThat(records.stream().map(one -> one.path("sequence").asLong()).toList())
        .isSorted()
        .doesNotHaveDuplicates();
    JsonNode created =
        records.stream()
            .filter(one -> one.at("/target/id").asText().equals(key.keyId()))
            .findFirst()
            .orElseThrow();
    assertThat(created)
        .isEqualTo(auditor.get(Log.AUDIT + "/events/" + created.path("sequence").asLong()).json());
  }

  @Test
  void writesCsvThatNoSpreadsheetExecutes() {
    String formula = "=" + Unique.name("HYPERLINK");
    tenant.key().with("name", formula).issue();
    Answer answer = auditor.get(EXPORT + "?format=csv").expect(200);
    assertThat(answer.requireHeader("content-type")).startsWith("text/csv");
    assertThat(answer.body()).startsWith("sequence,time,action,outcome,");
    assertThat(answer.body()).contains(",'" + formula + ",").doesNotContain("," + formula);
  }

  @Test
  void writesCefAndOcsf() {
    tenant.key().with("name", "pipe|and=sign " + Unique.name("x")).issue();
    Answer cef = auditor.get(EXPORT + "?format=cef").expect(200);
    assertThat(cef.body().lines())
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).startsWith("CEF:0|apikeys|"));
    assertThat(cef.body()).contains("pipe|and\\=sign");
    Answer ocsf = auditor.get(EXPORT + "?format=ocsf").expect(200);
    assertThat(objects(ocsf))
        .hasSizeGreaterThan(2)
        .allSatisfy(
            event -> assertThat(event.path("class_uid").asInt()).isIn(6003, 3002, 3005, 3004));
  }

  @Test
  void keepsToThePeriod() {
    IssuedKey first = tenant.key().issue();
    JsonNode event =
        auditor.get(Log.AUDIT + "/events?target=" + first.keyId()).expect(200).at("/events/0");
    String time = event.path("time").asText();
    List<JsonNode> from = objects(auditor.get(EXPORT + "?from=" + time).expect(200));
    List<JsonNode> to = objects(auditor.get(EXPORT + "?to=" + time).expect(200));
    assertThat(from).contains(event);
    assertThat(to).isNotEmpty().doesNotContain(event);
  }

  /** What the list shows is what is taken away. */
  @Test
  void keepsToTheFiltersOfTheList() {
    Person owner = tenant.newPerson("developer");
    IssuedKey key = tenant.key().with("environment", "development").issueBy(owner.api());
    owner.api().delete(key.path()).expect(200);
    for (String filter :
        List.of(
            "action=key.created,key.revoked",
            "actor=" + owner.name(),
            "target=" + key.keyId(),
            "outcome=success&target=" + key.keyId(),
            "q=" + owner.name(),
            "action=key.revoked&actor=" + owner.name() + "&outcome=success")) {
      Answer taken = auditor.get(EXPORT + "?" + filter).expect(200);
      JsonNode shown =
          auditor.get(Log.AUDIT + "/events?size=200&" + filter).expect(200).at("/events");
      assertThat(objects(taken)).as(filter).isNotEmpty().containsExactlyInAnyOrderElementsOf(shown);
    }
  }

  @Test
  void isRecorded() {
    Person reader = tenant.newPerson("auditor");
    reader.api().get(EXPORT).expect(200);
    JsonNode events =
        auditor.get(Log.AUDIT + "/events?actor=" + reader.name()).expect(200).at("/events");
    assertThat(Json.texts(events, "action")).containsExactly("audit.exported", "session.created");
  }

  @Test
  void theRecordSaysWhatWasTaken() {
    Person reader = tenant.newPerson("auditor");
    Person subject = tenant.newPerson("developer");
    IssuedKey key = tenant.key().issue();
    String of = "user-" + subject.id();
    subject.api().get("/api/v1/auth/me").expect(200);
    Api api = reader.api();
    api.get(EXPORT + "?subject=" + of + "&from=2026-01-01T00:00:00Z").expect(200);
    api.get(Log.AUDIT + "/evidence?keys=" + key.keyId()).expect(200);
    api.get(EXPORT + "?subject=nobody-at-all").expect(200);
    api.get(EXPORT + "?action=key.created&outcome=denied&actor=mia&q=secret").expect(200);
    JsonNode events =
        auditor.get(Log.AUDIT + "/events?actor=" + reader.name()).expect(200).at("/events");
    assertThat(events)
        .filteredOn(event -> event.path("action").asText().startsWith("audit."))
        .extracting(event -> event.path("reason").asText())
        .containsExactly(
            "only key.created, outcome denied, of one actor, with certain words",
            "null",
            key.keyId(),
            of + ", from 2026-01-01T00:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "format=xml",
        "action=key.invented",
        "outcome=maybe",
        "from=yesterday",
        "to=5",
        "to=2026-01-01T00:00:00Z&from=2026-02-01T00:00:00Z"
      })
  void refusesWhatItDoesNotKnow(String query) {
    auditor.get(EXPORT + "?" + query).expectInvalid(query.substring(0, query.indexOf('=')));
  }

  @Test
  void needsItsOwnScope() {
    tenant.person("developer").api().get(EXPORT).expectProblem(403, "FORBIDDEN");
    IssuedKey reader = tenant.key().scopes("audit:read").issue();
    Api machine = tenant.server().anonymous().withKey(reader.value());
    machine.get(EXPORT).expectProblem(403, "FORBIDDEN");
    machine.get(Log.AUDIT + "/evidence").expectProblem(403, "FORBIDDEN");
  }
}
