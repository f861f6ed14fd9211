package org.apikeys.web.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code GET /api/v1/reports/{report}}. */
@ExtendWith(SharedServer.class)
class ReportsIT {
  private static final String AUDIT = "/api/v1/audit";
  private static final String REPORTS = "/api/v1/reports/";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Tenant fresh;

  ReportsIT(RunningServer server) {
    fresh = server.newTenant();
  }

  @Test
  void tellsOfTheMonth() {
    IssuedKey key = fresh.key().with("name", "=1+1").unlimited().issue();
    fresh.gateway().verify(key, "endpoint", "/agents");
    Eventually.within(
        LIMIT,
        () -> {
          JsonNode usage = fresh.admin().get(REPORTS + "monthly-usage").expect(200).json();
          assertThat(Json.texts(usage.at("/sections/1/rows"), "key"))
              .contains(key.keyId() + " =1+1");
        });
    for (String name :
        List.of("key-performance", "security-incidents", "billing", "access-review")) {
      JsonNode report = fresh.admin().get(REPORTS + name).expect(200).json();
      assertThat(report.path("report").asText()).isEqualTo(name);
      assertThat(report.path("organization_id").asLong()).isEqualTo(fresh.id());
      assertThat(report.path("summary").asText()).isNotEmpty();
    }
    JsonNode review = fresh.admin().get(REPORTS + "access-review").expect(200).json();
    assertThat(Json.texts(review.at("/sections/0/rows"), "key_id"))
        .containsExactlyInAnyOrder(key.keyId(), fresh.gateway().key().keyId());
  }

  @Test
  void takesTheFormThatIsAskedFor() {
    IssuedKey key = fresh.key().with("name", "=1+1<b>").issue();
    Answer csv = fresh.admin().get(REPORTS + "access-review?format=csv").expect(200);
    assertThat(csv.header("content-type").orElse("")).startsWith("text/csv");
    assertThat(csv.body()).startsWith("key_id,name,").contains(key.keyId() + ",'=1+1<b>,");
    Answer html = fresh.admin().get(REPORTS + "access-review?format=html").expect(200);
    assertThat(html.header("content-type").orElse("")).startsWith("text/html");
    assertThat(html.header("content-security-policy").orElse("")).contains("default-src 'none'");
    assertThat(html.body()).contains("=1+1&lt;b&gt;").doesNotContain("<script", "<b>");
    Answer pdf = fresh.admin().get(REPORTS + "monthly-usage?format=pdf").expect(200);
    assertThat(pdf.header("content-type").orElse("")).isEqualTo("application/pdf");
    assertThat(pdf.body()).startsWith("%PDF-");
    for (String framework :
        List.of("soc2", "iso27001", "pci-dss", "hipaa", "gdpr", "fedramp", "fisma")) {
      JsonNode report =
          fresh.admin().get(REPORTS + "compliance?framework=" + framework).expect(200).json();
      assertThat(report.at("/sections/0/rows/0/control").asText()).as(framework).isNotEmpty();
    }
  }

  @Test
  void showsTheRecordsBehindItsFigures() {
    fresh.key().issue();
    String erased = AUDIT + "/subjects/user-" + fresh.newPerson("developer").id() + "/erase";
    fresh.admin().post(erased).expect(200);
    fresh.admin().post(erased).expect(200);
    Eventually.within(
        LIMIT,
        () -> {
          for (JsonNode row :
              fresh
                  .admin()
                  .get(REPORTS + "compliance?framework=gdpr")
                  .expect(200)
                  .at("/sections/0/rows")) {
            String query = row.path("query").asText();
            String figure = row.path("figure").asText();
            if (query.startsWith("GET " + AUDIT + "/events?action=")) {
              JsonNode events =
                  fresh.admin().get(query.substring(4) + "&size=200").expect(200).at("/events");
              assertThat(figure.equals("0")).as(query).isEqualTo(events.isEmpty());
            }
            assertThat(figure).doesNotContain("{", "=");
            if (query.contains("subject.erased")) {
              assertThat(figure).isEqualTo("1");
            }
          }
        });
  }

  @Test
  void namesAWrongField() {
    fresh.admin().get(REPORTS + "billing?month=2026-13").expectInvalid("month");
    fresh.admin().get(REPORTS + "billing?month=9999-12").expectInvalid("month");
    fresh.admin().get(REPORTS + "billing?month=march").expectInvalid("month");
    fresh.admin().get(REPORTS + "billing?format=doc").expectInvalid("format");
    fresh.admin().get(REPORTS + "compliance").expectInvalid("framework");
    fresh.admin().get(REPORTS + "compliance?framework=soc3").expectInvalid("framework");
    fresh.admin().get(REPORTS + "horoscope").expectProblem(404, "NOT_FOUND");
  }

  @Test
  void isForThoseWhoReadReports() {
    fresh.person("manager").api().get(REPORTS + "billing").expect(200);
    fresh.person("auditor").api().get(REPORTS + "compliance?framework=gdpr").expect(200);
    fresh.person("developer").api().get(REPORTS + "billing").expectProblem(403, "FORBIDDEN");
    fresh.server().anonymous().get(REPORTS + "billing").expectProblem(401, "UNAUTHENTICATED");
    IssuedKey reader = fresh.key().scopes("reports:read").issue();
    fresh.server().anonymous().withKey(reader.value()).get(REPORTS + "key-performance").expect(200);
  }
}
