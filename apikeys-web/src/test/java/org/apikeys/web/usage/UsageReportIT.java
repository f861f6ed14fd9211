package org.apikeys.web.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code POST /api/v1/usage}: a gateway reports what calls came to. */
@ExtendWith(SharedServer.class)
class UsageReportIT {
  private static final Duration PROMISED = Duration.ofSeconds(3);

  /** Sums have no such promise. */
  private static final Duration SUMMED = Duration.ofSeconds(30);

  private final Tenant tenant;

  UsageReportIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void countsACallThatNoVerificationDecided() {
    IssuedKey key = tenant.key().issue();
    Map<String, @Nullable Object> call = call(key);
    call.put("ip", "203.0.113.9");
    call.put("response_time", 0.15);
    call.put("bytes_in", 10);
    call.put("bytes_out", 2000);
    assertThat(report(List.of(call)).number("/accepted")).isEqualTo(1);
    Eventually.within(
        PROMISED,
        () -> {
          Answer answer = tenant.admin().get(key.path()).expect(200);
          assertThat(answer.number("/usage_count")).isEqualTo(1);
          assertThat(answer.at("/usage")).hasSize(1);
          JsonNode shown = answer.at("/usage/0");
          assertThat(shown.path("endpoint").asText()).isEqualTo("/agents");
          assertThat(shown.path("method").asText()).isEqualTo("GET");
          assertThat(shown.path("status_code").asInt()).isEqualTo(200);
          assertThat(shown.path("response_time").asDouble()).isEqualTo(0.15);
          assertThat(shown.path("ip").asText()).isEqualTo("203.0.113.9");
          assertThat(shown.path("bytes_in").asLong()).isEqualTo(10);
          assertThat(shown.path("bytes_out").asLong()).isEqualTo(2000);
          assertThat(answer.text("/last_used")).endsWith("Z");
        });
  }

  @Test
  void takesAReportThatIsSentAgainOnce() {
    IssuedKey key = tenant.key().unlimited().issue();
    Api sender = tenant.gateway().api().header("Idempotency-Key", Unique.name("report"));
    Map<String, Object> body = Map.of("records", List.of(call(key), call(key)));
    for (int i = 0; i < 3; i++) {
      assertThat(sender.post("/api/v1/usage", body).expect(202).number("/accepted")).isEqualTo(2);
    }
    sender
        .post("/api/v1/usage", Map.of("records", List.of(call(key))))
        .expectProblem(422, "IDEMPOTENCY_MISMATCH");
    tenant.gateway().api().post("/api/v1/usage", body).expect(202);
    Eventually.within(
        Duration.ofSeconds(10),
        () ->
            assertThat(tenant.admin().get(key.path()).expect(200).number("/usage_count"))
                .isEqualTo(4));
  }

  @Test
  void completesTheCallOfAVerification() {
    IssuedKey key = tenant.key().issue();
    String decision =
        tenant
            .gateway()
            .verify(key, "endpoint", "/agents", "method", "GET", "bytes_in", 5)
            .path("decision_id")
            .asText();
    Map<String, @Nullable Object> call = call(key);
    call.put("decision_id", decision);
    call.put("status_code", 503);
    call.put("response_time", 1.25);
    call.put("bytes_out", 77);
    assertThat(report(List.of(call)).number("/accepted")).isEqualTo(1);
    Eventually.within(
        PROMISED,
        () -> {
          Answer answer = tenant.admin().get(key.path()).expect(200);
          assertThat(answer.number("/usage_count")).isEqualTo(1);
          assertThat(answer.at("/usage")).hasSize(1);
          assertThat(answer.at("/usage/0/status_code").asInt()).isEqualTo(503);
          assertThat(answer.at("/usage/0/response_time").asDouble()).isEqualTo(1.25);
          assertThat(answer.at("/usage/0/bytes_out").asLong()).isEqualTo(77);
        });
  }

  @Test
  void completesACallOnceHoweverOftenItIsToldOf() {
    IssuedKey key = tenant.key().with("rate_limits", Map.of("concurrent", 5)).issue();
    Map<String, @Nullable Object> call = call(key);
    call.put("decision_id", tenant.gateway().verify(key).path("decision_id").asText());
    call.put("response_time", 2);
    call.put("bytes_in", 7);
    call.put("bytes_out", 1000);
    report(List.of(call, call));
    assertThat(report(List.of(call)).number("/accepted")).isEqualTo(1);
    // what is told after it is summed after it
    Map<String, @Nullable Object> last = call(key);
    last.put("bytes_out", 1);
    report(List.of(last));
    Eventually.within(
        SUMMED,
        () ->
            assertThat(tenant.admin().get(analytics(key)).expect(200).number("/totals/requests"))
                .isEqualTo(2));
    Answer totals = tenant.admin().get(analytics(key)).expect(200);
    assertThat(totals.number("/totals/bytes_in")).isEqualTo(7);
    assertThat(totals.number("/totals/bytes_out")).isEqualTo(1001);
  }

  private static String analytics(IssuedKey key) {
    return "/api/v1/analytics/usage?key=" + key.keyId();
  }

  @Test
  void rejectsCompletionsThatAreOfNoCallOfTheKey() {
    IssuedKey key =
        tenant
            .key()
            .with(
                "resource_limits",
                Json.read("{\"pages\": {\"limit\": 5}, \"bytes_out\": {\"limit\": 100}}"))
            .with("rate_limits", Json.read("{\"concurrent\": 1}"))
            .issue();
    String decision = tenant.gateway().verify(key).path("decision_id").asText();
    assertThat(tenant.gateway().code(key)).isEqualTo("CONCURRENCY_EXCEEDED");

    Tenant stranger = tenant.server().newTenant();
    IssuedKey theirs =
        stranger.key().with("resource_limits", Json.read("{\"pages\": {\"limit\": 5}}")).issue();
    Map<String, @Nullable Object> foreign = completion(theirs, decision);
    assertThat(
            stranger
                .gateway()
                .api()
                .post("/api/v1/usage", Map.of("records", List.of(foreign)))
                .expect(202)
                .at("/rejected/0/error")
                .asText())
        .contains("decision_id");
    IssuedKey other = tenant.key().issue();
    String otherDecision = tenant.gateway().verify(other).path("decision_id").asText();
    List<Map<String, @Nullable Object>> wrong = new ArrayList<>();
    for (String id : List.of("dzzzzzz", "d0", "x", "d", otherDecision, decision + "0")) {
      wrong.add(completion(key, id));
    }
    Answer answer = report(wrong);
    assertThat(answer.number("/accepted")).isZero();
    assertThat(answer.at("/rejected").findValuesAsText("error"))
        .hasSize(wrong.size())
        .allSatisfy(error -> assertThat(error).contains("decision_id", key.keyId()));
    assertThat(tenant.gateway().code(key)).as("still open").isEqualTo("CONCURRENCY_EXCEEDED");

    assertThat(report(List.of(completion(key, decision))).number("/accepted")).isEqualTo(1);
    JsonNode usage = tenant.admin().get(key.path() + "/usage").expect(200).json();
    assertThat(usage.findValuesAsText("used")).contains("4", "30");
    assertThat(tenant.gateway().code(key)).isEqualTo("VALID");
  }

  private static Map<String, @Nullable Object> completion(IssuedKey key, String decision) {
    Map<String, @Nullable Object> completion = call(key);
    completion.put("decision_id", decision);
    completion.put("meters", Map.of("pages", 4));
    completion.put("bytes_out", 30);
    return completion;
  }

  @Test
  void aLateReportCountsInNoWindowOfNow() {
    IssuedKey key =
        tenant
            .key()
            .with("rate_limits", Json.read("{\"requests\":{\"per_day\":2}}"))
            .with("credits", Map.of("balance", 10))
            .issue();
    IssuedKey plain =
        tenant.key().with("rate_limits", Json.read("{\"requests\":{\"per_day\":2}}")).issue();
    for (IssuedKey one : List.of(key, plain)) {
      Map<String, @Nullable Object> late = call(one);
      late.put("at", Instant.now().minus(3, ChronoUnit.DAYS).toString());
      report(List.of(late, late, late));
      JsonNode asked = tenant.gateway().verify(one);
      assertThat(asked.path("code").asText()).isEqualTo("VALID");
      assertThat(asked.path("rate_limit").path("remaining").asInt()).isEqualTo(1);
    }
    assertThat(tenant.gateway().verify(key).path("credits").path("balance").asInt()).isEqualTo(5);
  }

  @Test
  void keepsNoQueryOfAnEndpoint() {
    IssuedKey key = tenant.key().issue();
    Map<String, @Nullable Object> call = call(key);
    call.put("endpoint", "/a?api_key=sk_live_leaked");
    report(List.of(call));
    tenant.gateway().verify(key, "endpoint", "/b?api_key=sk_live_leaked");
    Eventually.within(
        PROMISED,
        () -> {
          Answer answer = tenant.admin().get(key.path()).expect(200);
          assertThat(answer.at("/usage").findValuesAsText("endpoint"))
              .containsExactlyInAnyOrder("/a", "/b");
          assertThat(answer.body()).doesNotContain("leaked");
        });
  }

  @Test
  void acceptsTheGoodAndRejectsTheBad() {
    IssuedKey key = tenant.key().issue();
    Map<String, @Nullable Object> unknown = call(key);
    unknown.put("key_id", "key-999999999");
    Answer answer = report(List.of(call(key), unknown, call(key)));
    assertThat(answer.number("/accepted")).isEqualTo(2);
    assertThat(answer.at("/rejected")).hasSize(1);
    assertThat(answer.at("/rejected/0").toString()).contains("1");
    Eventually.within(
        PROMISED,
        () -> assertThat(tenant.admin().get(key.path()).number("/usage_count")).isEqualTo(2));
  }

  @Test
  void rejectsARecordWithAWrongFieldByItsName() {
    IssuedKey key = tenant.key().issue();
    wrong(key, "colour", "red");
    wrong(key, "status_code", "200");
    wrong(key, "status_code", 99);
    wrong(key, "response_time", -1);
    wrong(key, "bytes_in", 1.5);
    wrong(key, "bytes_out", -1);
    wrong(key, "ip", "203.0.113.256");
    wrong(key, "at", "yesterday");
    wrong(key, "meters", List.of());
    wrong(key, "bytes_in", Long.MAX_VALUE);
    wrong(key, "bytes_out", (1L << 50) + 1);
    wrong(key, "meters", Map.of("pages", Long.MAX_VALUE));
    wrong(key, "meters", Map.of("DB Queries", 1));
    wrong(key, "meters", Map.of("", 1));
    wrong(key, "decision_id", "d" + "z".repeat(20));
    wrong(key, "repeats", 3);
    wrong(key, "repeats", List.of(-1));
    wrong(key, "repeats", List.of(60_001));
    wrong(key, "repeats", List.of(1.5));
    wrong(key, "repeats", Collections.nCopies(1000, 1));
  }

  private void wrong(IssuedKey key, String field, Object value) {
    Map<String, @Nullable Object> call = call(key);
    call.put(field, value);
    Answer answer = tenant.gateway().api().post("/api/v1/usage", Map.of("records", List.of(call)));
    if (answer.status() != 400) {
      answer.expect(202);
      assertThat(answer.number("/accepted")).as("%s: %s", field, value).isZero();
    }
    assertThat(answer.body()).contains(field);
  }

  @Test
  void takesCallsThatCameToTheSameInOneRecord() {
    IssuedKey key = tenant.key().unlimited().issue();
    Map<String, @Nullable Object> calls = call(key);
    calls.put("bytes_in", 3);
    calls.put("at", Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.SECONDS).toString());
    calls.put("repeats", List.of(0, 20, 1500));
    assertThat(report(List.of(calls)).number("/accepted")).isEqualTo(1);
    Eventually.within(
        PROMISED,
        () -> {
          Answer answer = tenant.admin().get(key.path()).expect(200);
          assertThat(answer.number("/usage_count")).isEqualTo(4);
          assertThat(answer.at("/usage")).hasSize(4);
          Instant first = Instant.parse(String.valueOf(calls.get("at")));
          assertThat(
                  answer.at("/usage").findValuesAsText("created_at").stream().map(Instant::parse))
              .containsExactlyInAnyOrder(
                  first, first, first.plusMillis(20), first.plusMillis(1500));
          assertThat(answer.at("/usage").findValuesAsText("bytes_in")).containsOnly("3");
        });
  }

  @Test
  void takesNoMoreCallsThanAReportMayStandFor() {
    IssuedKey key = tenant.key().unlimited().issue();
    Map<String, @Nullable Object> calls = call(key);
    calls.put("repeats", Collections.nCopies(999, 1));
    report(Collections.nCopies(10, calls));
    Map<String, Object> tooMany = Map.of("records", Collections.nCopies(11, calls));
    tenant.gateway().api().post("/api/v1/usage", tooMany).expectInvalid("records");
    calls.put("decision_id", "d1");
    assertThat(report(List.of(calls)).at("/rejected/0/error").asText()).contains("repeats");
  }

  @Test
  void takesAThousandACallAndNoMore() {
    IssuedKey key = tenant.key().unlimited().issue();
    List<Map<String, @Nullable Object>> calls = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      calls.add(call(key));
    }
    assertThat(report(calls).number("/accepted")).isEqualTo(1000);
    calls.add(call(key));
    tenant.gateway().api().post("/api/v1/usage", Map.of("records", calls)).expectInvalid("records");
    Eventually.within(
        PROMISED,
        () -> assertThat(tenant.admin().get(key.path()).number("/usage_count")).isEqualTo(1000));
  }

  @Test
  void namesAWrongField() {
    tenant.gateway().api().post("/api/v1/usage", "{}").expectInvalid("records");
    tenant.gateway().api().post("/api/v1/usage", "{\"records\": {}}").expectInvalid("records");
    tenant.gateway().api().post("/api/v1/usage", "{\"rows\": []}").expectInvalid("rows");
  }

  @Test
  void figuresThatAreTooLargeForASumStopAtABound() {
    IssuedKey key = tenant.key().unlimited().issue();
    Map<String, @Nullable Object> calls = call(key);
    calls.put("bytes_in", 1L << 50);
    calls.put("repeats", Collections.nCopies(999, 1));
    report(Collections.nCopies(10, calls));
    Eventually.within(
        SUMMED,
        () -> {
          Answer totals = tenant.admin().get(analytics(key)).expect(200);
          assertThat(totals.number("/totals/requests")).isEqualTo(10_000);
          assertThat(totals.number("/totals/bytes_in")).isGreaterThan(1L << 60);
        });
  }

  @Test
  void isForThoseWhoHoldTheScope() {
    IssuedKey key = tenant.key().issue();
    Map<String, Object> body = Map.of("records", List.of(call(key)));
    tenant.person("gateway").api().post("/api/v1/usage", body).expect(202);
    tenant.person("developer").api().post("/api/v1/usage", body).expectProblem(403, "FORBIDDEN");
    tenant.server().anonymous().post("/api/v1/usage", body).expectProblem(401, "UNAUTHENTICATED");
  }

  private Answer report(List<Map<String, @Nullable Object>> calls) {
    return tenant.gateway().api().post("/api/v1/usage", Map.of("records", calls)).expect(202);
  }

  private static Map<String, @Nullable Object> call(IssuedKey key) {
    return Json.object(
        "key_id", key.keyId(), "endpoint", "/agents", "method", "GET", "status_code", 200);
  }
}
