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
