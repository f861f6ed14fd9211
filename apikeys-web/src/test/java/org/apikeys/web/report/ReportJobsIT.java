package org.apikeys.web.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code /api/v1/report-jobs} and {@code /api/v1/report-schedules}. */
@ExtendWith(SharedServer.class)
class ReportJobsIT {
  private static final String JOBS = "/api/v1/report-jobs";
  private static final String SCHEDULES = "/api/v1/report-schedules";
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final Tenant tenant;

  ReportJobsIT(RunningServer server) {
    tenant = server.newTenant();
  }

  private static Answer done(Api api, String path) {
    Answer[] found = new Answer[1];
    Eventually.within(
        LIMIT,
        () -> {
          Answer job = api.get(path).expect(200);
          assertThat(job.text("/status")).as("%s", job).isEqualTo("done");
          found[0] = job;
        });
    return found[0];
  }

  @Test
  void anAuditorHasAReportMadeAndDownloadsItLater() {
    IssuedKey key = tenant.key().with("name", "=1+1<b>").issue();
    Api auditor = tenant.person("auditor").api();
    Api once = auditor.header("Idempotency-Key", Unique.name("report"));
    Map<String, Object> order = Map.of("report", "access-review", "format", "csv");
    Answer ordered = once.post(JOBS, order).expect(201);
    assertThat(ordered.text("/status")).isEqualTo("created");
    assertThat(ordered.json().path("progress").asDouble(-1)).isZero();
    String path = JOBS + "/" + ordered.number("/id");
    assertThat(ordered.requireHeader("location")).endsWith(path);
    Answer again = once.post(JOBS, order).expect(201);
    assertThat(again.number("/id")).isEqualTo(ordered.number("/id"));

    Answer job = done(auditor, path);
    assertThat(job.json().path("progress").asDouble()).isEqualTo(1);
    assertThat(job.text("/requested_by")).isEqualTo(tenant.person("auditor").name());
    assertThat(Instant.parse(job.text("/expires_at"))).isAfter(Instant.now());
    Answer file = tenant.admin().get(job.text("/file")).expect(200);
    assertThat(file.header("content-type").orElse("")).startsWith("text/csv");
    assertThat(file.requireHeader("content-disposition"))
        .startsWith("attachment; filename=\"access-review-")
        .endsWith(".csv\"");
    assertThat(file.header("cache-control").orElse("")).contains("no-store");
    assertThat(file.body()).startsWith("key_id,name,").contains(key.keyId() + ",'=1+1<b>,");
    assertThat(job.number("/size")).isPositive();
    auditor.post(path + "/cancel").expectProblem(409, "CONFLICT");
    Eventually.within(
        LIMIT,
        () ->
            assertThat(
                    Json.texts(auditor.get("/api/v1/notices").expect(200).at("/notices"), "event"))
                .contains("report.ready"));

    JsonNode list =
        auditor.get(JOBS + "?report=access-review&status=done").expect(200).at("/report_jobs");
    assertThat(Json.texts(list, "id")).contains(job.text("/id"));
    Api stranger = tenant.server().newTenant().admin();
    stranger.get(path).expectProblem(404, "NOT_FOUND");
    stranger.get(path + "/file").expectProblem(404, "NOT_FOUND");
    stranger.post(path + "/cancel").expectProblem(404, "NOT_FOUND");
    assertThat(stranger.get(JOBS).expect(200).number("/total")).isZero();
    tenant.person("developer").api().get(path).expectProblem(403, "FORBIDDEN");
    tenant.person("developer").api().post(JOBS, order).expectProblem(403, "FORBIDDEN");
    tenant.server().anonymous().get(path).expectProblem(401, "UNAUTHENTICATED");
  }

  @Test
  void everyReportIsMadeThoughNobodyIsSignedInThen() {
    for (String report :
        List.of(
            "monthly-usage", "key-performance", "security-incidents", "billing", "access-review")) {
      Answer ordered =
          tenant.admin().post(JOBS, Map.of("report", report, "format", "json")).expect(201);
      Answer job = done(tenant.admin(), JOBS + "/" + ordered.number("/id"));
      assertThat(tenant.admin().get(job.text("/file")).expect(200).text("/report"))
          .isEqualTo(report);
    }
    Answer ordered =
        tenant.admin().post(JOBS, Map.of("report", "compliance", "framework", "soc2")).expect(201);
    assertThat(ordered.text("/format")).isEqualTo("pdf");
    Answer job = done(tenant.admin(), JOBS + "/" + ordered.number("/id"));
    Answer pdf = tenant.admin().get(job.text("/file")).expect(200);
    assertThat(pdf.header("content-type").orElse("")).isEqualTo("application/pdf");
    assertThat(pdf.body()).startsWith("%PDF-");
    assertThat(pdf.requireHeader("content-disposition")).contains("compliance-soc2-");
  }

  @Test
  void namesAWrongField() {
    Api admin = tenant.admin();
    admin.post(JOBS, Map.of()).expectInvalid("report");
    admin.post(JOBS, Map.of("report", "horoscope")).expectInvalid("report");
    admin.post(JOBS, Map.of("report", "billing", "format", "doc")).expectInvalid("format");
    admin.post(JOBS, Map.of("report", "billing", "month", "march")).expectInvalid("month");
    admin.post(JOBS, Map.of("report", "billing", "month", "9999-12")).expectInvalid("month");
    admin.post(JOBS, Map.of("report", "billing", "framework", "soc2")).expectInvalid("framework");
    admin.post(JOBS, Map.of("report", "compliance")).expectInvalid("framework");
    admin.post(JOBS, Map.of("report", "billing", "hue", 1)).expectInvalid("hue");
    admin.get(JOBS + "?status=lost").expectInvalid("status");
    admin.get(JOBS + "?report=horoscope").expectInvalid("report");
    admin.get(JOBS + "/0").expectProblem(404, "NOT_FOUND");
    admin.get(JOBS + "/999999/file").expectProblem(404, "NOT_FOUND");
  }

  private Map<String, Object> schedule() {
    return new HashMap<>(
        Map.of(
            "name", "usage for the auditor",
            "report", "monthly-usage",
            "format", "html",
            "every", "weekly",
            "at", "07:30",
            "day_of_week", "friday",
            "zone", "Europe/Vienna",
            "recipients", List.of(tenant.person("auditor").name())));
  }

  @Test
  void aScheduleIsKeptAndItsReportIsMadeForItsRecipients() {
    Api manager = tenant.person("manager").api();
    Answer made = manager.post(SCHEDULES, schedule()).expect(201);
    String path = SCHEDULES + "/" + made.number("/id");
    assertThat(made.requireHeader("location")).endsWith(path);
    assertThat(Instant.parse(made.text("/next_run_at"))).isAfter(Instant.now());
    assertThat(made.at("/last_run_at").isNull()).isTrue();
    Api auditor = tenant.person("auditor").api();
    Answer read = auditor.get(path).expect(200);
    assertThat(read.text("/day_of_week")).isEqualTo("friday");
    auditor.post(SCHEDULES, schedule()).expectProblem(403, "FORBIDDEN");
    auditor.put(path, Map.of("name", "mine")).expectProblem(403, "FORBIDDEN");
    auditor.post(path + "/run").expectProblem(403, "FORBIDDEN");

    Answer job = manager.post(path + "/run").expect(202);
    assertThat(job.number("/schedule_id")).isEqualTo(made.number("/id"));
    String ordered = JOBS + "/" + job.number("/id");
    assertThat(job.requireHeader("location")).endsWith(ordered);
    done(auditor, ordered);
    Answer file = auditor.get(ordered + "/file").expect(200);
    assertThat(file.header("content-security-policy").orElse("")).contains("default-src 'none'");
    assertThat(file.body()).startsWith("<!doctype html>");
    Eventually.within(
        LIMIT,
        () ->
            assertThat(auditor.get("/api/v1/notices").expect(200).at("/notices"))
                .anySatisfy(
                    notice -> {
                      assertThat(notice.path("event").asText()).isEqualTo("report.ready");
                      assertThat(notice.path("link").asText()).isEqualTo("/console/reports/made");
                    }));
    assertThat(auditor.get(JOBS + "?schedule=" + made.number("/id")).expect(200).number("/total"))
        .isEqualTo(1);
    assertThat(auditor.get(path).expect(200).number("/last_job_id")).isEqualTo(job.number("/id"));

    Answer fresh = manager.get(path).expect(200);
    Api careful = manager.header("If-Match", fresh.requireHeader("etag"));
    Answer changed = careful.put(path, Map.of("every", "monthly", "day_of_month", 31)).expect(200);
    assertThat(changed.at("/day_of_week").isNull()).isTrue();
    careful.put(path, Map.of("every", "daily")).expectProblem(412, "PRECONDITION_FAILED");
    assertThat(
            manager.put(path, Map.of("is_active", false)).expect(200).at("/next_run_at").isNull())
        .isTrue();
    manager.put(path, Map.of("id", 1_000_000)).expectInvalid("id");
    tenant.server().newTenant().admin().get(path).expectProblem(404, "NOT_FOUND");
    manager.delete(path).expect(204);
    manager.get(path).expectProblem(404, "NOT_FOUND");
    auditor.get(ordered).expect(200);
  }

  @Test
  void aScheduleNamesAWrongField() {
    for (Map.Entry<String, Object> wrong :
        Map.<String, Object>of(
                "name", "",
                "report", "horoscope",
                "format", "doc",
                "every", "hourly",
                "at", "7:30",
                "day_of_week", "someday",
                "day_of_month", 3,
                "zone", "Mars/Olympus",
                "recipients", List.of())
            .entrySet()) {
      Map<String, Object> order = schedule();
      order.put(wrong.getKey(), wrong.getValue());
      tenant.admin().post(SCHEDULES, order).expectInvalid(wrong.getKey());
    }
    Map<String, Object> order = schedule();
    order.put("recipients", List.of(tenant.person("developer").name()));
    tenant.admin().post(SCHEDULES, order).expectInvalid("recipients[0]");
  }
}
