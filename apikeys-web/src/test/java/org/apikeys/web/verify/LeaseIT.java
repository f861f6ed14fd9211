package org.apikeys.web.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.MadeUpKey;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that a verification counts ahead for a client. */
@ExtendWith(SharedServer.class)
class LeaseIT {
  private static final Duration PROMISED = Duration.ofSeconds(10);

  private final Tenant tenant;
  private final Gateway gateway;

  LeaseIT(Tenant tenant) {
    this.tenant = tenant;
    gateway = tenant.gateway();
  }

  @Test
  void countsTheCallsOfALeaseAhead() {
    IssuedKey key = perDay(10);
    JsonNode lease = gateway.verify(key, "lease", 6).path("lease");
    assertThat(lease.path("calls").asInt()).isEqualTo(6);
    assertThat(Instant.parse(lease.path("until").asText())).isBefore(Instant.now().plusSeconds(65));
    assertThat(lease.path("payload_bytes").isNull()).isTrue();
    JsonNode last = gateway.verify(key, "lease", 6);
    assertThat(last.path("lease").path("calls").asInt()).isEqualTo(2);
    JsonNode denied = gateway.verify(key, "lease", 6);
    assertThat(denied.path("code").asText()).isEqualTo("RATE_LIMITED");
    assertThat(denied.path("lease").isNull()).isTrue();
  }

  @Test
  void showsNoLeaseToWhoAsksForNone() {
    assertThat(gateway.verify(perDay(10)).has("lease")).isFalse();
  }

  @Test
  void lendsToNoKeyWhoseEveryCallHasToBeSeen() {
    IssuedKey paying = tenant.key().unlimited().with("credits", Map.of("balance", 100)).issue();
    IssuedKey sliding =
        tenant
            .key()
            .with("rate_limits", Map.of("requests", Map.of("per_day", 100), "algorithm", "sliding"))
            .issue();
    for (IssuedKey key : List.of(paying, sliding)) {
      JsonNode decision = gateway.verify(key, "lease", 5);
      assertThat(decision.path("code").asText()).isEqualTo("VALID");
      assertThat(decision.path("lease").isNull()).isTrue();
    }
  }

  @Test
  void saysTheLargestPayloadOfALentCall() {
    IssuedKey key =
        tenant
            .key()
            .with("rate_limits", Map.of("requests", Map.of("per_day", 100), "payload_bytes", 2048))
            .issue();
    JsonNode decision = gateway.verify(key, "lease", 5);
    JsonNode lease = decision.path("lease");
    assertThat(lease.isNull() || lease.path("payload_bytes").asInt() == 2048)
        .as(decision.toString())
        .isTrue();
  }

  @Test
  void countsAReportedCallOfALeaseOnce() {
    IssuedKey key = perDay(10);
    gateway.verify(key, "lease", 3);
    Map<String, Object> call = Map.of("key_id", key.keyId(), "leased", true, "endpoint", "/lent");
    gateway.api().post("/api/v1/usage", Map.of("records", List.of(call, call, call))).expect(202);
    Eventually.within(
        PROMISED,
        () ->
            assertThat(tenant.admin().get(key.path()).expect(200).number("/usage_count"))
                .isEqualTo(4));
    assertThat(gateway.verify(key).at("/rate_limit/remaining").asInt()).isEqualTo(5);
  }

  @Test
  void tellsTheTermsToWhoAnswersInTheServersPlace() {
    IssuedKey key =
        tenant
            .key()
            .with("rate_limits", Map.of("requests", Map.of("per_day", 1, "per_hour", 7)))
            .with(
                "restrictions",
                Map.of(
                    "ip",
                    Map.of("allow", List.of("203.0.113.9")),
                    "referrers",
                    List.of("https://app.example.com/*")))
            .issue();
    JsonNode refused = gateway.verify(key, "terms", true).path("terms");
    assertThat(refused.path("varies_by")).hasToString("[\"ip\",\"referrer\"]");
    assertThat(refused.path("limits"))
        .hasToString("[{\"window\":\"PT1H\",\"limit\":7},{\"window\":\"P1D\",\"limit\":1}]");
    assertThat(refused.path("retry_after").isNull()).isTrue();

    IssuedKey open = perDay(1);
    assertThat(gateway.verify(open, "terms", true).at("/terms/varies_by")).isEmpty();
    JsonNode reached = gateway.verify(open, "terms", true);
    assertThat(reached.path("code").asText()).isEqualTo("RATE_LIMITED");
    assertThat(reached.at("/terms/retry_after").asLong()).isBetween(1L, 86_400L);
    assertThat(gateway.verify(MadeUpKey.wellFormed(), "terms", true).path("terms").isNull())
        .isTrue();
    assertThat(gateway.verify(open).has("terms")).isFalse();
    String body = "{\"key\": \"sk_live_x\", \"terms\": 1}";
    gateway.api().post(Gateway.VERIFY, body).expectInvalid("terms");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1001", "1.5", "\"5\""})
  void refusesAnUnreadableLease(String lease) {
    String body = "{\"key\": \"sk_live_x\", \"lease\": " + lease + "}";
    gateway.api().post(Gateway.VERIFY, body).expectInvalid("lease");
  }

  private IssuedKey perDay(int calls) {
    return tenant.key().with("rate_limits", Map.of("requests", Map.of("per_day", calls))).issue();
  }
}
