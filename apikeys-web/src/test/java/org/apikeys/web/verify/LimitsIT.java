package org.apikeys.web.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.RawRequest;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every limit that a key can have, taken and told over HTTP. */
@ExtendWith(SharedServer.class)
class LimitsIT {
  private final Tenant tenant;
  private final Gateway gateway;

  LimitsIT(Tenant tenant) {
    this.tenant = tenant;
    gateway = tenant.gateway();
  }

  private IssuedKey key(String field, String json) {
    return tenant.key().with(field, Json.read(json)).issue();
  }

  private void report(IssuedKey key, @Nullable Object... more) {
    Map<String, @Nullable Object> record = Json.object(more);
    record.put("key_id", key.keyId());
    Answer answer =
        tenant.admin().post("/api/v1/usage", Map.of("records", List.of(record))).expect(202);
    assertThat(answer.number("/accepted")).as(answer.body()).isEqualTo(1);
  }

  @Test
  void takesAllThatAKeyCanBeGivenAndShowsIt() {
    String limits =
        "{\"requests\":{\"per_second\":10,\"per_minute\":100,\"per_hour\":1000,\"per_day\":10000},"
            + "\"burst\":{\"enabled\":true,\"max_burst\":20,\"burst_window\":60},"
            + "\"bandwidth\":{\"upload_mbps\":10,\"download_mbps\":50,\"total_gb_per_day\":100},"
            + "\"concurrent\":8,\"payload_bytes\":1048576,\"algorithm\":\"fixed\"}";
    String resources = "{\"db_queries\":{\"limit\":100000,\"window\":\"P1D\"}}";
    String credits = "{\"balance\":1000,\"refill\":{\"amount\":1000,\"interval\":\"P1M\"}}";
    IssuedKey key =
        tenant
            .key()
            .with("rate_limit", 100)
            .with("rate_limits", Json.read(limits))
            .with("resource_limits", Json.read(resources))
            .with("credits", Json.read(credits))
            .issue();
    assertThat(gateway.verify(key, "bytes_in", 512).path("credits").path("balance").asLong())
        .isEqualTo(999);
    assertThat(gateway.code(key, "bytes_in", 1_048_577)).isEqualTo("PAYLOAD_TOO_LARGE");

    JsonNode shown = tenant.admin().get(key.path()).expect(200).json();
    assertThat(shown.path("rate_limits")).isEqualTo(Json.read(limits));
    assertThat(shown.path("resource_limits")).isEqualTo(Json.read(resources));
    assertThat(shown.path("credits"))
        .isEqualTo(Json.read(credits.replace("\"balance\":1000", "\"balance\":999")));
    JsonNode usage = tenant.admin().get(key.path() + "/usage").expect(200).json();
    assertThat(Json.texts(usage.path("windows"), "window"))
        .containsExactly("PT1S", "PT1M", "PT1H", "P1D");
    assertThat(usage.path("concurrent")).isEqualTo(Json.read("{\"limit\":8,\"used\":1}"));
    assertThat(usage.path("resources").path(0).path("meter").asText()).isEqualTo("db_queries");
    assertThat(usage.path("credits").path("balance").asLong()).isEqualTo(999);
  }

  @Test
  void takesTheSpellingOfSeed001() {
    IssuedKey key =
        key(
            "rateLimit",
            "{\"requests\":{\"perSecond\":100,\"perMinute\":1000,\"perHour\":10000,"
                + "\"perDay\":100000},\"burst\":{\"enabled\":true,\"maxBurst\":200,"
                + "\"burstWindow\":60},\"bandwidth\":{\"uploadMbps\":10,\"downloadMbps\":50,"
                + "\"totalGbPerDay\":100}}");
    assertThat(key.json().at("/rate_limits/requests/per_second").asLong()).isEqualTo(100);
    assertThat(key.json().at("/rate_limits/burst/max_burst").asLong()).isEqualTo(200);
    assertThat(key.json().at("/rate_limits/bandwidth/total_gb_per_day").asLong()).isEqualTo(100);
    assertThat(key.json().path("rate_limit").asLong()).isEqualTo(1000);
  }

  @Test
  void holdsCallsThatAreOpenUntilTheirEndIsReported() {
    IssuedKey key = key("rate_limits", "{\"concurrent\": 2}");
    String first = gateway.verify(key).path("decision_id").asText();
    assertThat(gateway.code(key)).isEqualTo("VALID");
    JsonNode denied = gateway.verify(key);
    assertThat(denied.path("code").asText()).isEqualTo("CONCURRENCY_EXCEEDED");
    assertThat(denied.path("status").asInt()).isEqualTo(429);
    report(key, "decision_id", first, "status_code", 200);
    assertThat(gateway.code(key)).isEqualTo("VALID");
    assertThat(gateway.code(key)).isEqualTo("CONCURRENCY_EXCEEDED");
  }

  @Test
  void aCallToThisApiIsOpenNoLongerThanItTakes() {
    IssuedKey key =
        tenant
            .key()
            .scopes("keys:read")
            .with("rate_limits", Json.read("{\"concurrent\": 1}"))
            .issue();
    for (int i = 0; i < 5; i++) {
      tenant.server().anonymous().withKey(key.value()).get("/api/v1/api-keys").expect(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"P9999Y", "P100Y", "P1000M"})
  void refusesASpanThatNobodySeesTheEndOf(String span) {
    tenant
        .key()
        .with("credits", Map.of("balance", 1, "refill", Map.of("amount", 1, "interval", span)))
        .send()
        .expectInvalid("credits.refill.interval");
    tenant
        .key()
        .with("resource_limits", Map.of("pages", Map.of("limit", 1, "window", span)))
        .send()
        .expectProblem(400, "VALIDATION_FAILED");
  }

  @Test
  void countsABodyWhoseLengthNobodyTold() {
    IssuedKey small =
        tenant
            .key()
            .scopes("keys:read", "keys:verify", "usage:write")
            .with("rate_limits", Json.read("{\"payload_bytes\": 50}"))
            .issue();
    for (String path : List.of("/api/v1/usage", "/api/v1/api-keys/verify")) {
      byte[] large = ("{\"key\": \"" + "x".repeat(500) + "\"}").getBytes(StandardCharsets.UTF_8);
      Answer told = post(path, small).send(large).expectProblem(413, "PAYLOAD_TOO_LARGE");
      Answer untold = chunked(post(path, small), large).expectProblem(413, "PAYLOAD_TOO_LARGE");
      assertThat(untold.text("/detail")).isEqualTo(told.text("/detail"));
    }
    byte[] least = "{\"key\": \"x\"}".getBytes(StandardCharsets.UTF_8);
    chunked(post("/api/v1/api-keys/verify", small), least).expect(200);
    Eventually.within(
        Duration.ofSeconds(3),
        () -> {
          Answer key = tenant.admin().get(small.path()).expect(200);
          assertThat(key.number("/denied_count")).isEqualTo(4);
          assertThat(key.at("/usage").findValuesAsText("bytes_in")).contains("12");
        });

    IssuedKey day =
        tenant
            .key()
            .scopes("keys:verify")
            .with("rate_limits", Json.read("{\"bandwidth\": {\"total_gb_per_day\": 0.000001}}"))
            .issue();
    byte[] thousand = ("{\"key\": \"" + "x".repeat(1_000) + "\"}").getBytes(StandardCharsets.UTF_8);
    chunked(post("/api/v1/api-keys/verify", day), thousand).expect(200);
    chunked(post("/api/v1/api-keys/verify", day), thousand)
        .expectProblem(429, "BANDWIDTH_EXCEEDED");
  }

  private RawRequest post(String path, IssuedKey key) {
    return RawRequest.of(tenant.server().uri(), "POST", path)
        .header("X-API-Key", key.value())
        .header("Content-Type", "application/json");
  }

  private static Answer chunked(RawRequest request, byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    String framed = Integer.toHexString(body.length) + "\r\n" + text + "\r\n0\r\n\r\n";
    return request
        .header("Transfer-Encoding", "chunked")
        .sendAsIs(framed.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1//api-keys",
        "/api/v1/api-keys;x",
        "/api/v1/%2e/api-keys",
        "/api/v1%2Fapi-keys",
        "/api/v1/./api-keys"
      })
  void aCallToAPathThatIsNotLiteralEndsLikeOthers(String path) {
    IssuedKey key =
        tenant
            .key()
            .scopes("keys:read")
            .with("rate_limits", Json.read("{\"concurrent\": 1}"))
            .issue();
    for (int i = 0; i < 2; i++) {
      RawRequest.of(tenant.server().uri(), "GET", path)
          .header("X-API-Key", key.value())
          .send()
          .expectProblem(404, "NOT_FOUND");
    }
    Eventually.within(
        Duration.ofSeconds(3),
        () ->
            assertThat(tenant.admin().get(key.path()).expect(200).at("/usage"))
                .extracting(call -> call.path("status_code").asInt())
                .containsExactly(404, 404));
  }

  @Test
  void limitsBandwidthByWhatIsToldBeforeAndAfter() {
    IssuedKey day = key("rate_limits", "{\"bandwidth\": {\"total_gb_per_day\": 0.001}}");
    assertThat(gateway.code(day, "bytes_in", 2_000_000)).isEqualTo("BANDWIDTH_EXCEEDED");
    String call = gateway.verify(day, "bytes_in", 500_000).path("decision_id").asText();
    report(day, "decision_id", call, "bytes_in", 500_000, "bytes_out", 400_000);
    assertThat(gateway.code(day, "bytes_in", 200_000)).isEqualTo("BANDWIDTH_EXCEEDED");
    assertThat(gateway.code(day, "bytes_in", 50_000)).isEqualTo("VALID");

    IssuedKey rate = key("rate_limits", "{\"bandwidth\": {\"upload_mbps\": 0.01}}");
    assertThat(gateway.code(rate, "bytes_in", 100_000)).isEqualTo("VALID");
    assertThat(gateway.code(rate, "bytes_in", 1)).isEqualTo("BANDWIDTH_EXCEEDED");
  }

  @Test
  void limitsWhatIsReportedOfAResource() {
    IssuedKey key =
        key(
            "resource_limits",
            "{\"db_queries\": {\"limit\": 5, \"window\": \"P1Y\"}, \"cost\": {\"limit\": 50}}");
    String call = gateway.verify(key, "cost", 40).path("decision_id").asText();
    assertThat(gateway.code(key, "cost", 11)).isEqualTo("QUOTA_EXCEEDED");
    assertThat(gateway.code(key, "cost", 5)).isEqualTo("VALID");
    report(key, "decision_id", call, "meters", Map.of("db_queries", 6));
    JsonNode denied = gateway.verify(key);
    assertThat(denied.path("code").asText()).isEqualTo("QUOTA_EXCEEDED");
    assertThat(denied.path("status").asInt()).isEqualTo(429);
  }

  @Test
  void tellsNoTimeToComeBackToAQuotaThatNeverBeginsAnew() {
    IssuedKey life = key("resource_limits", "{\"pages\": {\"limit\": 0}}");
    IssuedKey hour = key("resource_limits", "{\"pages\": {\"limit\": 0, \"window\": \"PT1H\"}}");
    Answer never =
        tenant
            .server()
            .anonymous()
            .withKey(life.value())
            .get("/api/v1/authorize")
            .expectProblem(429, "QUOTA_EXCEEDED");
    assertThat(never.header("Retry-After")).isEmpty();
    assertThat(never.text("/detail")).contains("does not begin anew").doesNotContain("wait");
    Answer later =
        tenant
            .server()
            .anonymous()
            .withKey(hour.value())
            .get("/api/v1/authorize")
            .expectProblem(429, "QUOTA_EXCEEDED");
    assertThat(Long.parseLong(later.requireHeader("Retry-After"))).isBetween(1L, 3_600L);
    assertThat(gateway.verify(life, "terms", true).at("/terms/retry_after").isNull()).isTrue();
  }

  @Test
  void countsAReportedCallInTheWindows() {
    IssuedKey plain =
        tenant.key().with("rate_limits", Json.read("{\"requests\":{\"per_day\":2}}")).issue();
    report(plain, "status_code", 200);
    assertThat(gateway.verify(plain).path("rate_limit").path("remaining").asInt()).isZero();
    assertThat(gateway.code(plain)).isEqualTo("RATE_LIMITED");
  }

  @ParameterizedTest
  @CsvSource({"sliding, 3", "token_bucket, 3", "fixed, 3"})
  void countsByTheAlgorithmOfTheKey(String algorithm, int limit) {
    IssuedKey key =
        key(
            "rate_limits",
            "{\"requests\":{\"per_hour\":" + limit + "},\"algorithm\":\"" + algorithm + "\"}");
    for (int i = limit - 1; i >= 0; i--) {
      assertThat(gateway.verify(key).path("rate_limit").path("remaining").asInt()).isEqualTo(i);
    }
    JsonNode denied = gateway.verify(key);
    assertThat(denied.path("code").asText()).isEqualTo("RATE_LIMITED");
    assertThat(denied.path("rate_limit").path("window").asText()).isEqualTo("PT1H");
    assertThat(key.json().at("/rate_limits/algorithm").asText()).isEqualTo(algorithm);
  }

  @Test
  void paysExactlyUnderParallelCalls() throws Exception {
    IssuedKey key = tenant.key().unlimited().with("credits", Map.of("balance", 60)).issue();
    List<Callable<String>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      calls.add(() -> gateway.code(key));
    }
    ExecutorService threads = Executors.newFixedThreadPool(20);
    List<String> codes = new ArrayList<>();
    try {
      for (Future<String> code : threads.invokeAll(calls)) {
        codes.add(code.get());
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(codes.stream().filter("VALID"::equals)).hasSize(60);
    assertThat(codes.stream().filter("CREDITS_EXHAUSTED"::equals)).hasSize(40);
  }

  @Test
  void topsUpAndAdjustsWithALedger() {
    IssuedKey key = tenant.key().with("credits", Map.of("balance", 3)).issue();
    String credits = key.path() + "/credits";
    JsonNode paid = gateway.verify(key, "cost", 2);
    assertThat(paid.path("credits")).isEqualTo(Json.read("{\"balance\":1,\"refill_at\":null}"));
    JsonNode denied = gateway.verify(key, "cost", 2);
    assertThat(denied.path("code").asText()).isEqualTo("CREDITS_EXHAUSTED");
    assertThat(denied.path("status").asInt()).isEqualTo(429);
    assertThat(denied.path("credits").path("balance").asInt()).isEqualTo(1);

    var admin = tenant.admin().header("Idempotency-Key", "top-up-" + key.id());
    var order = Json.object("amount", 10, "reason", "bought");
    assertThat(admin.post(credits, order).expect(201).number("/balance")).isEqualTo(11);
    Answer again = admin.post(credits, order).expect(201);
    assertThat(again.json().path("replayed").asBoolean()).isTrue();
    tenant.admin().post(credits, Json.object("balance", 5)).expect(201);

    Answer account = tenant.admin().get(credits + "?size=2").expect(200);
    assertThat(account.number("/balance")).isEqualTo(5);
    assertThat(account.number("/total")).isEqualTo(3);
    assertThat(account.text("/entries/0/kind")).isEqualTo("adjusted");
    assertThat(account.number("/entries/0/amount")).isEqualTo(-6);
    assertThat(account.text("/entries/1/reason")).isEqualTo("bought");
    assertThat(account.text("/entries/1/by")).isEqualTo(tenant.person("admin").name());

    tenant.admin().post(credits, Json.object("amount", -6)).expectInvalid("amount");
    tenant.admin().post(credits, Json.object("amount", 0)).expectInvalid("amount");
    tenant.admin().post(credits, Json.object("reason", "none")).expectInvalid("amount");
    tenant.admin().post(credits, Json.object("balance", -1)).expectInvalid("balance");
    tenant.person("auditor").api().post(credits, order).expectProblem(403, "FORBIDDEN");
    tenant.server().newTenant().admin().get(credits).expectProblem(404, "NOT_FOUND");
    tenant.admin().get(tenant.key().issue().path() + "/credits").expectProblem(409, "CONFLICT");
  }

  @Test
  void changesCreditsWithTheKey() {
    IssuedKey key = tenant.key().with("credits", Map.of("balance", 3)).issue();
    assertThat(gateway.code(key)).isEqualTo("VALID");
    Answer changed = tenant.admin().put(key.path(), Json.object("description", "else")).expect(200);
    assertThat(changed.at("/credits/balance").asInt()).as("as it is").isEqualTo(2);
    tenant.admin().put(key.path(), Json.read("{\"credits\": {\"balance\": 0}}")).expect(200);
    assertThat(gateway.code(key)).isEqualTo("CREDITS_EXHAUSTED");
    tenant.admin().put(key.path(), Json.read("{\"credits\": null}")).expect(200);
    JsonNode free = gateway.verify(key);
    assertThat(free.path("code").asText()).isEqualTo("VALID");
    assertThat(free.path("credits").isNull()).isTrue();
  }

  @Test
  void explainsEveryLimitAndTakesNothing() {
    IssuedKey key =
        tenant
            .key()
            .with("rate_limits", Json.read("{\"requests\": {\"per_day\": 1}, \"concurrent\": 1}"))
            .with("credits", Map.of("balance", 1))
            .issue();
    for (int i = 0; i < 3; i++) {
      assertThat(gateway.verify(key, "explain", true).path("code").asText()).isEqualTo("VALID");
    }
    assertThat(gateway.code(key)).isEqualTo("VALID");
    JsonNode explained = gateway.verify(key, "explain", true);
    assertThat(explained.path("code").asText()).isEqualTo("RATE_LIMITED");
    List<String> failed = new ArrayList<>();
    explained
        .path("checks")
        .forEach(
            check -> {
              if (check.path("outcome").asText().equals("failed")) {
                failed.add(check.path("check").asText());
              }
            });
    assertThat(failed).containsExactly("rate_limited", "concurrency_exceeded", "credits_exhausted");
  }

  @Test
  void tightensTheLimitsOfAKeyWhoseCallsFailAndSaysSo() {
    IssuedKey key = key("rate_limits", "{\"requests\": {\"per_day\": 1000}}");
    List<Map<String, @Nullable Object>> failed = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      failed.add(Json.object("key_id", key.keyId(), "status_code", 503));
    }
    tenant.admin().post("/api/v1/usage", Map.of("records", failed)).expect(202);
    Eventually.within(
        Duration.ofSeconds(30),
        () -> {
          JsonNode limit = gateway.verify(key, "explain", true).path("rate_limit");
          assertThat(limit.path("limit").asInt()).isEqualTo(500);
          assertThat(limit.path("tightened"))
              .isEqualTo(Json.read("{\"percent\": 50, \"reason\": \"error_rate\"}"));
        });
    JsonNode usage = tenant.admin().get(key.path() + "/usage").expect(200).json();
    assertThat(usage.path("tightened").path("reason").asText()).isEqualTo("error_rate");
    assertThat(usage.path("windows").path(0).path("remaining").asInt()).isEqualTo(250);
  }

  @Test
  void tellsAProxyWhichDecisionItWasAndRefusesWith429() {
    IssuedKey key = tenant.key().with("rate_limits", Json.read("{\"concurrent\": 1}")).issue();
    var proxy = tenant.server().anonymous().withKey(key.value());
    String decision = proxy.get("/api/v1/authorize").expect(200).requireHeader("x-decision-id");
    Answer denied = proxy.get("/api/v1/authorize").expectProblem(429, "CONCURRENCY_EXCEEDED");
    assertThat(denied.requireHeader("retry-after")).isEqualTo("1");
    report(key, "decision_id", decision);
    proxy.get("/api/v1/authorize").expect(200);
  }

  @ParameterizedTest
  @CsvSource({"fixed", "sliding", "token_bucket"})
  void countsAndTellsOfWhatABurstLetsThrough(String algorithm) {
    IssuedKey key =
        key(
            "rate_limits",
            "{\"requests\":{\"per_hour\":3},\"burst\":{\"max_burst\":6,\"burst_window\":3600},"
                + "\"algorithm\":\""
                + algorithm
                + "\"}");
    for (int i = 5; i >= 0; i--) {
      assertThat(gateway.verify(key).path("rate_limit").path("remaining").asInt()).isEqualTo(i);
    }
    assertThat(gateway.code(key)).isEqualTo("RATE_LIMITED");
    JsonNode hour = tenant.admin().get(key.path() + "/usage").expect(200).at("/windows/0");
    assertThat(hour.path("request_count").asInt()).isEqualTo(6);
    assertThat(hour.path("remaining").asInt()).isZero();

    Answer refused =
        tenant.server().anonymous().withKey(key.value()).get("/api/v1/authorize").expect(429);
    String standing = refused.requireHeader("ratelimit");
    assertThat(standing).contains(";r=0;");
    int seconds = Integer.parseInt(standing.substring(standing.indexOf(";t=") + 3));
    assertThat(Integer.parseInt(refused.requireHeader("retry-after")))
        .as(refused.toString())
        .isBetween(seconds - 1, seconds + 1);
  }
}
