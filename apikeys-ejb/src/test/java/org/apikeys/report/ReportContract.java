package org.apikeys.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.lowagie.text.pdf.PdfReader;
import com.lowagie.text.pdf.parser.PdfTextExtractor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.YearMonth;
import org.apikeys.alert.AlertWork;
import org.apikeys.alert.Alerts;
import org.apikeys.alert.ConcernInbox;
import org.apikeys.api.alert.AlertKind;
import org.apikeys.api.alert.Concern;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.audit.LogKeeper;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.Orders;
import org.apikeys.store.Json;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.apikeys.usage.Call;
import org.apikeys.usage.CallRecorder;
import org.apikeys.usage.RollUps;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Reports tell what happened, in every form, and of one organization alone. */
interface ReportContract {
  /** A name that a spreadsheet would run and a page would obey. */
  String HOSTILE = "=HYPERLINK('x')<script>alert(1)</script>";

  TestStore store();

  private static long aMonth(TestServices services) {
    long id = services.get(KeyIssuer.class).issue(Orders.admin(), Orders.aKey(HOSTILE)).view().id();
    CallRecorder calls = services.get(CallRecorder.class);
    for (int i = 1; i <= 4; i++) {
      calls.record(
          new Call(
              i,
              id,
              1,
              1,
              i == 4 ? DecisionCode.RATE_LIMITED : DecisionCode.VALID,
              "/agents",
              "GET",
              i == 4 ? 429 : 200,
              1_000L * i,
              true,
              10L,
              20L,
              "192.0.2.1",
              services.clock().millis()));
    }
    calls.flush();
    services.get(RollUps.class).advance();
    services.get(LogKeeper.class).catchUp();
    return id;
  }

  private static JsonNode json(TestServices services, String name, @Nullable String framework)
      throws IOException {
    return Json.MAPPER.readTree(
        new String(write(services, name, framework, ReportForm.JSON), StandardCharsets.UTF_8));
  }

  private static byte[] write(
      TestServices services, String name, @Nullable String framework, ReportForm form)
      throws IOException {
    Report report =
        services.get(Reports.class).make(Orders.admin(), name, YearMonth.of(2026, 3), framework);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    form.write(report, out);
    return out.toByteArray();
  }

  @Test
  default void tellWhatHappened() throws IOException {
    TestServices services = new TestServices(store().emptied());
    String key = "key-" + aMonth(services);

    JsonNode usage = json(services, "monthly-usage", null);
    assertThat(usage.path("summary").asText())
        .startsWith("4 calls, of which 1 were denied and 1 ended as errors (75.00 % went well).");
    assertThat(usage.at("/sections/0/rows")).hasSize(31);
    assertThat(usage.at("/sections/0/rows/0/day").asText()).isEqualTo("2026-03-01");
    assertThat(usage.at("/sections/0/rows/0/requests").asLong()).isEqualTo(4);
    assertThat(usage.at("/sections/1/rows/0/key").asText()).isEqualTo(key + " " + HOSTILE);

    JsonNode performance = json(services, "key-performance", null);
    assertThat(performance.at("/sections/0/rows/0/key_id").asText()).isEqualTo(key);
    assertThat(performance.at("/sections/0/rows/0/owner").asText()).isEqualTo("admin");
    assertThat(performance.at("/sections/0/rows/0/p99_seconds").asDouble())
        .isBetween(0.0029, 0.0041);

    JsonNode security = json(services, "security-incidents", null);
    assertThat(security.path("summary").asText()).startsWith("1 calls with known keys were denied");
    assertThat(security.at("/sections/4/rows/0/code").asText()).isEqualTo("RATE_LIMITED");

    JsonNode billing = json(services, "billing", null);
    assertThat(billing.path("summary").asText())
        .isEqualTo("The month comes to 0.00 EUR for 3 allowed calls.");
    assertThat(billing.at("/sections/1/rows/0/allowed_calls").asLong()).isEqualTo(3);

    JsonNode access = json(services, "access-review", null);
    assertThat(access.at("/sections/0/rows/0/key_id").asText()).isEqualTo(key);
    assertThat(access.at("/sections/0/rows/0/owner").asText()).isEqualTo("admin");
    assertThat(access.at("/sections/0/rows/0/is_active").asBoolean()).isTrue();
    assertThat(access.path("summary").asText()).startsWith("1 keys");
  }

  @Test
  default void incidentsAreTheAlertsWithTheirRecords() throws IOException {
    TestServices services = new TestServices(store().emptied());
    store().addOrganization(2);
    for (String subject : new String[] {"key-1", "key-1", "key-2"}) {
      services
          .get(ConcernInbox.class)
          .onConcern(Concern.about(1, AlertKind.KEY_IN_URL, subject, "It was in an address."));
    }
    services
        .get(ConcernInbox.class)
        .onConcern(Concern.about(2, AlertKind.KEY_IN_URL, "key-9", "It was in an address."));
    services.get(AlertWork.class).run();
    long second = store().number("SELECT MAX(id) FROM alert WHERE organization_id = 1");
    services.get(Alerts.class).resolve(Orders.admin(), second, "rotated", null);
    services.get(LogKeeper.class).catchUp();

    JsonNode security = json(services, "security-incidents", null);
    assertThat(security.path("summary").asText())
        .contains("2 alerts were raised, of which 1 are not resolved yet");
    JsonNode alerts = security.at("/sections/0/rows");
    assertThat(alerts).hasSize(2);
    assertThat(alerts.at("/0/kind").asText()).isEqualTo("key_in_url");
    assertThat(alerts.at("/0/occurrences").asLong()).isEqualTo(2);
    assertThat(alerts.at("/0/status").asText()).isEqualTo("open");
    assertThat(alerts.at("/1/resolved_by").asText()).isEqualTo("admin");
    assertThat(alerts.at("/1/audit_records/0").asText()).startsWith("alert.raised ");
    String resolved = alerts.at("/1/audit_records/1").asText();
    assertThat(resolved).startsWith("alert.resolved ");
    assertThat(
            store()
                .number(
                    "SELECT COUNT(*) FROM audit_record WHERE action = 'alert.resolved'"
                        + " AND sequence = "
                        + resolved.substring("alert.resolved ".length())))
        .isEqualTo(1);
    assertThat(security.at("/sections/1/rows/0/raised").asLong()).isEqualTo(2);
    assertThat(security.at("/sections/1/rows/0/unresolved").asLong()).isEqualTo(1);
  }

  @Test
  default void mapControlsToEvidence() throws IOException {
    TestServices services = new TestServices(store().emptied());
    aMonth(services);
    for (String framework :
        new String[] {"soc2", "iso27001", "pci-dss", "hipaa", "gdpr", "fedramp", "fisma"}) {
      JsonNode report = json(services, "compliance", framework);
      assertThat(report.at("/sections/0/rows").size()).as(framework).isGreaterThan(15);
      report
          .at("/sections/0/rows")
          .forEach(
              row -> {
                assertThat(row.path("figure").asText()).isNotEmpty();
                assertThat(row.path("query").asText()).startsWith("GET /api/v1/");
                assertThat(row.path("add_by_hand").asText()).isNotEmpty();
              });
      assertThat(report.at("/sections/1/rows/0/line").asText()).isEqualTo("apikeys.local/audit");
    }
    JsonNode soc2 = json(services, "compliance", "soc2");
    assertThat(soc2.at("/sections/0/rows/0/evidence").asText())
        .isEqualTo("Keys that can be used now");
    assertThat(soc2.at("/sections/0/rows/0/figure").asText()).isEqualTo("1");
  }

  @Test
  default void takeEveryFormAndObeyNothingThatTheyShow() throws IOException {
    TestServices services = new TestServices(store().emptied());
    aMonth(services);
    for (String name : Reports.NAMES) {
      String framework = name.equals("compliance") ? "gdpr" : null;
      String page =
          new String(write(services, name, framework, ReportForm.HTML), StandardCharsets.UTF_8);
      assertThat(page).startsWith("<!doctype html>").doesNotContain("<script");
      byte[] pdf = write(services, name, framework, ReportForm.PDF);
      try (PdfReader reader = new PdfReader(pdf)) {
        assertThat(new PdfTextExtractor(reader).getTextFromPage(1)).contains("2026-03");
      }
      assertThat(
              new String(write(services, name, framework, ReportForm.CSV), StandardCharsets.UTF_8))
          .contains("\r\n");
    }
    String csv =
        new String(write(services, "access-review", null, ReportForm.CSV), StandardCharsets.UTF_8);
    assertThat(csv).startsWith("key_id,name,owner,").contains(",'" + HOSTILE + ",");
    assertThat(
            new String(
                write(services, "monthly-usage", null, ReportForm.HTML), StandardCharsets.UTF_8))
        .contains("<svg", "&lt;script&gt;");
  }

  @Test
  default void areOfOneOrganizationAlone() throws IOException {
    TestServices services = new TestServices(store().emptied());
    aMonth(services);
    store().addOrganization(2);
    Report other =
        services
            .get(Reports.class)
            .make(Orders.person(9, "eve", 2, "admin"), "access-review", null, null);
    assertThat(other.sections().get(0).rows()).isEmpty();
    assertThat(other.organization()).isEqualTo("Org 2");
  }

  @Test
  default void refuseWhatMakesNoSense() {
    Reports reports = new TestServices(store().emptied()).get(Reports.class);
    refused(reports, "horoscope", YearMonth.of(2026, 2), null, "report");
    refused(reports, "billing", YearMonth.of(2026, 4), null, "month");
    refused(reports, "billing", null, "soc2", "framework");
    refused(reports, "compliance", null, null, "framework");
    refused(reports, "compliance", null, "soc3", "framework");
    assertThatThrownBy(
            () ->
                reports.make(
                    Orders.key(4, "dev", "developer", "reports:read"), "billing", null, null))
        .isInstanceOf(ProblemException.class);
  }

  private static void refused(
      Reports reports,
      String name,
      @Nullable YearMonth month,
      @Nullable String framework,
      String word) {
    assertThatThrownBy(() -> reports.make(Orders.admin(), name, month, framework))
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem -> assertThat(problem.detail() + problem.errors()).contains(word));
  }
}
