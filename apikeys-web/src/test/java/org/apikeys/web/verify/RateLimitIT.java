package org.apikeys.web.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Clocks;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Limits: exact under parallel calls, shown in headers, refused with 429. */
@ExtendWith(SharedServer.class)
class RateLimitIT {
  private static final int LIMIT = 100;
  private static final int CALLS = 500;
  private static final Duration ROOM = Duration.ofSeconds(10);

  private final Tenant tenant;
  private final Gateway gateway;

  RateLimitIT(Tenant tenant) {
    this.tenant = tenant;
    gateway = tenant.gateway();
  }

  @Test
  void allowsExactlyTheLimitOfParallelCalls() throws Exception {
    IssuedKey key = tenant.key().perMinute(LIMIT).issue();
    List<Callable<String>> calls = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      calls.add(() -> gateway.code(key));
    }
    Clocks.awaitRoomInTheMinute(Duration.ofSeconds(20));
    ExecutorService threads = Executors.newFixedThreadPool(32);
    List<String> codes = new ArrayList<>();
    try {
      for (Future<String> code : threads.invokeAll(calls)) {
        codes.add(code.get());
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(codes.stream().filter("VALID"::equals)).hasSize(LIMIT);
    assertThat(codes.stream().filter("RATE_LIMITED"::equals)).hasSize(CALLS - LIMIT);
  }

  @Test
  void deniesTheCallBeyondTheLimit() {
    IssuedKey key = tenant.key().perMinute(2).issue();
    Clocks.awaitRoomInTheMinute(ROOM);
    assertThat(gateway.verify(key).path("rate_limit").path("remaining").asInt()).isEqualTo(1);
    assertThat(gateway.verify(key).path("rate_limit").path("remaining").asInt()).isZero();
    JsonNode denied = gateway.verify(key);
    assertThat(denied.path("code").asText()).isEqualTo("RATE_LIMITED");
    assertThat(denied.path("status").asInt()).isEqualTo(429);
    assertThat(denied.path("valid").asBoolean(true)).isFalse();
    assertThat(denied.path("rate_limit").path("remaining").asInt(-1)).isZero();
    assertThat(denied.path("rate_limit").path("limit").asInt()).isEqualTo(2);
    assertThat(denied.path("key").path("id").asLong()).isEqualTo(key.id());
  }

  @Test
  void holdsTheDefaults() {
    IssuedKey key = tenant.key().issue();
    Clocks.awaitRoomInTheMinute(ROOM);
    for (int i = 0; i < 100; i++) {
      assertThat(gateway.code(key)).isEqualTo("VALID");
    }
    assertThat(gateway.code(key)).isEqualTo("RATE_LIMITED");
  }

  @Test
  void startsAnewWithTheNextWindow() {
    IssuedKey key =
        tenant.key().with("rate_limits", Json.read("{\"requests\": {\"per_second\": 1}}")).issue();
    int allowed = 0;
    Instant end = Instant.now().plus(Duration.ofMillis(2600));
    while (Instant.now().isBefore(end)) {
      JsonNode decision = gateway.verify(key);
      allowed += decision.path("valid").asBoolean() ? 1 : 0;
      assertThat(decision.path("rate_limit").path("window").asText()).isEqualTo("PT1S");
    }
    assertThat(allowed).isBetween(2, 4);
  }

  @Test
  void showsTheWindowNearestToItsEnd() {
    IssuedKey key =
        tenant
            .key()
            .with(
                "rate_limits",
                Json.read(
                    "{\"requests\": {\"per_minute\": 50, \"per_hour\": 3, \"per_day\": 900}}"))
            .issue();
    JsonNode shown = gateway.verify(key).path("rate_limit");
    assertThat(shown.path("window").asText()).isEqualTo("PT1H");
    assertThat(shown.path("limit").asInt()).isEqualTo(3);
    gateway.verify(key);
    gateway.verify(key);
    JsonNode denied = gateway.verify(key);
    assertThat(denied.path("code").asText()).isEqualTo("RATE_LIMITED");
    assertThat(denied.path("rate_limit").path("window").asText()).isEqualTo("PT1H");
  }

  @Test
  void showsNoLimitForAnUnlimitedKey() {
    JsonNode decision = gateway.verify(tenant.key().unlimited().issue());
    assertThat(decision.path("valid").asBoolean()).isTrue();
    assertThat(decision.path("rate_limit").isNull()).isTrue();
  }

  @Test
  void limitsAMachineThatManagesAndTellsItInHeaders() {
    IssuedKey key = tenant.key().scopes("keys:read").perMinute(2).issue();
    Api machine = tenant.server().anonymous().withKey(key.value());
    Clocks.awaitRoomInTheMinute(ROOM);
    long now = Instant.now().getEpochSecond();

    Answer first = machine.get("/api/v1/api-keys").expect(200);
    assertThat(first.requireHeader("x-ratelimit-limit")).isEqualTo("2");
    assertThat(first.requireHeader("x-ratelimit-remaining")).isEqualTo("1");
    assertThat(Long.parseLong(first.requireHeader("x-ratelimit-reset"))).isBetween(now, now + 61);
    assertThat(first.requireHeader("ratelimit-policy")).contains("q=2").contains("w=60");
    assertThat(first.requireHeader("ratelimit")).contains("r=1").contains("t=");

    assertThat(machine.get("/api/v1/api-keys").expect(200).header("x-ratelimit-remaining"))
        .contains("0");
    Answer denied = machine.get("/api/v1/api-keys").expectProblem(429, "RATE_LIMITED");
    assertThat(Integer.parseInt(denied.requireHeader("retry-after"))).isBetween(1, 60);
    assertThat(denied.requireHeader("x-ratelimit-remaining")).isEqualTo("0");
    assertThat(denied.requireHeader("x-ratelimit-limit")).isEqualTo("2");
    assertThat(denied.header("www-authenticate")).isEmpty();
  }

  @Test
  void countsAVerificationAsACallOfTheGatewaysOwnToo() {
    IssuedKey own = tenant.key().scopes("keys:verify").perMinute(3).issue();
    Api machine = tenant.server().anonymous().withKey(own.value());
    IssuedKey verified = tenant.key().unlimited().issue();
    Clocks.awaitRoomInTheMinute(ROOM);
    Map<String, String> body = Map.of("key", verified.value());
    for (int i = 0; i < 3; i++) {
      Answer answer = machine.post(Gateway.VERIFY, body).expect(200);
      assertThat(answer.requireHeader("x-ratelimit-remaining")).isEqualTo(String.valueOf(2 - i));
    }
    machine.post(Gateway.VERIFY, body).expectProblem(429, "RATE_LIMITED");
  }

  @Test
  void showsAPersonNoLimit() {
    assertThat(tenant.admin().get("/api/v1/api-keys").expect(200).header("x-ratelimit-limit"))
        .isEmpty();
  }
}
