package org.apikeys.web.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /api/v1/api-keys/{id}/rotate}. */
@ExtendWith(SharedServer.class)
class RotateKeyIT {
  private final Tenant tenant;

  RotateKeyIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void makesANewSecretAndKeepsTheOldOneForTheOverlap() {
    IssuedKey key = tenant.key().scopes("agents:read").issue();
    Answer answer = rotate(key, "PT24H").expect(200);
    String renewed = answer.text("/key");
    assertThat(renewed).isNotEqualTo(key.value()).startsWith("sk_live_");
    assertThat(answer.number("/id")).isEqualTo(key.id());
    assertThat(answer.requireHeader("cache-control")).contains("no-store");
    assertThat(Instant.parse(answer.text("/previous_key_expires_at")))
        .isBetween(
            Instant.now().plus(Duration.ofMinutes(1430)),
            Instant.now().plus(Duration.ofMinutes(1450)));
    assertThat(tenant.gateway().verify(renewed).path("key").path("id").asLong())
        .isEqualTo(key.id());
    assertThat(tenant.gateway().code(renewed, "scopes", "agents:read")).isEqualTo("VALID");
    assertThat(tenant.gateway().code(key)).isEqualTo("VALID");
    assertThat(tenant.admin().get(key.path()).expect(200).text("/key_prefix"))
        .isEqualTo(renewed.substring(0, "sk_live_".length() + 8));
  }

  /** Many clients name the type of a body that they don't send. */
  @Test
  void takesAnEmptyBodyForNone() {
    String path = tenant.key().issue().path() + "/rotate";
    tenant.admin().sendBytes("POST", path, "application/json", new byte[0]).expect(200);
    tenant
        .admin()
        .sendBytes("POST", path, "application/json", new byte[] {' '})
        .expectInvalid("body");
    tenant
        .admin()
        .sendBytes("POST", "/api/v1/api-keys", "application/json", new byte[0])
        .expectInvalid("body");
  }

  @Test
  void endsTheOldSecretWithTheOverlap() {
    IssuedKey key = tenant.key().issue();
    String renewed = rotate(key, "PT1S").expect(200).text("/key");
    Eventually.within(
        Duration.ofSeconds(4), () -> assertThat(tenant.gateway().code(key)).isNotEqualTo("VALID"));
    assertThat(tenant.gateway().code(key)).isIn("EXPIRED", "REVOKED");
    assertThat(tenant.gateway().code(renewed)).isEqualTo("VALID");
  }

  @Test
  void endsTheOldSecretAtOnceWithoutAnOverlap() {
    IssuedKey key = tenant.key().issue();
    assertThat(tenant.gateway().code(key)).isEqualTo("VALID");
    String renewed = rotate(key, "PT0S").expect(200).text("/key");
    assertThat(tenant.gateway().code(key)).isIn("EXPIRED", "REVOKED");
    assertThat(tenant.gateway().code(renewed)).isEqualTo("VALID");
  }

  /** A client that never got the answer sends the same again, with the version that it had seen. */
  @Test
  void makesNoSecondSecretForALostAnswer() {
    IssuedKey key = tenant.key().issue();
    Api retrying =
        tenant
            .admin()
            .header("Idempotency-Key", Unique.name("rotate"))
            .header("If-Match", tenant.admin().get(key.path()).requireHeader("etag"));
    Map<String, String> overlap = Map.of("overlap", "PT1H");
    Answer first = retrying.post(key.path() + "/rotate", overlap).expect(200);
    Answer again = retrying.post(key.path() + "/rotate", overlap).expect(200);

    assertThat(first.at("/replayed").isMissingNode()).isTrue();
    assertThat(again.at("/replayed").asBoolean()).isTrue();
    assertThat(again.at("/key").isNull()).isTrue();
    assertThat(again.body()).doesNotContain(first.text("/key"));
    assertThat(again.number("/generation")).isEqualTo(first.number("/generation")).isEqualTo(2);
    assertThat(again.text("/previous_key_expires_at"))
        .isEqualTo(first.text("/previous_key_expires_at"));
    assertThat(again.requireHeader("cache-control")).contains("no-store");
    assertThat(tenant.admin().get(key.path()).number("/generation")).isEqualTo(2);
    assertThat(tenant.gateway().code(first.text("/key"))).isEqualTo("VALID");
    retrying
        .post(key.path() + "/rotate", Map.of("overlap", "PT2H"))
        .expectProblem(422, "IDEMPOTENCY_MISMATCH");
    retrying.post(key.path() + "/rotate").expectProblem(422, "IDEMPOTENCY_MISMATCH");
    retrying
        .post(tenant.key().issue().path() + "/rotate", overlap)
        .expectProblem(422, "IDEMPOTENCY_MISMATCH");
  }

  @Test
  void neverOutlivesTheKey() {
    Instant end = Instant.now().plus(Duration.ofHours(1));
    IssuedKey key = tenant.key().with("expires_at", end.toString()).issue();
    Answer answer = rotate(key, "PT24H").expect(200);
    assertThat(Instant.parse(answer.text("/previous_key_expires_at")))
        .isBeforeOrEqualTo(end.plusSeconds(1));
  }

  @Test
  void sharesLimitsAmongTheGenerations() {
    IssuedKey key = tenant.key().perMinute(2).issue();
    String renewed = rotate(key, "PT1H").expect(200).text("/key");
    assertThat(tenant.gateway().code(key)).isEqualTo("VALID");
    assertThat(tenant.gateway().code(renewed)).isEqualTo("VALID");
    assertThat(tenant.gateway().code(renewed)).isEqualTo("RATE_LIMITED");
  }

  @Test
  void showsTrafficByGeneration() {
    IssuedKey key = tenant.key().issue();
    String renewed = rotate(key, "PT1H").expect(200).text("/key");
    tenant.gateway().verify(key);
    tenant.gateway().verify(renewed);
    Eventually.within(
        Duration.ofSeconds(3),
        () -> {
          Answer answer = tenant.admin().get(key.path() + "/generations").expect(200);
          assertThat(answer.at("/generations")).hasSize(2);
          assertThat(answer.body()).contains("safe_to_retire").doesNotContain(renewed);
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\"tomorrow\"", "\"-PT1H\"", "24", "\"P1Y\"", "\"PT99999999999999H\"", "{}"})
  void refusesAnOverlapThatIsNone(String overlap) {
    IssuedKey key = tenant.key().issue();
    tenant
        .admin()
        .post(key.path() + "/rotate", "{\"overlap\": " + overlap + "}")
        .expectInvalid("overlap");
    assertThat(tenant.gateway().code(key)).isEqualTo("VALID");
  }

  @Test
  void answersConflictForARevokedKey() {
    IssuedKey key = tenant.key().issue();
    tenant.admin().delete(key.path()).expect(200);
    rotate(key, "PT1H").expectProblem(409, "CONFLICT");
  }

  @Test
  void isForbiddenToAnAuditorAndHiddenFromAnotherDeveloper() {
    IssuedKey key = tenant.key().issue();
    Map<String, String> body = Map.of("overlap", "PT1H");
    tenant
        .person("auditor")
        .api()
        .post(key.path() + "/rotate", body)
        .expectProblem(403, "FORBIDDEN");
    tenant
        .person("developer")
        .api()
        .post(key.path() + "/rotate", body)
        .expectProblem(404, "NOT_FOUND");
  }

  private Answer rotate(IssuedKey key, String overlap) {
    return tenant.admin().post(key.path() + "/rotate", Map.of("overlap", overlap));
  }
}
