package org.apikeys.web.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code POST /api/v1/api-keys/{id}/renew}. */
@ExtendWith(SharedServer.class)
class RenewKeyIT {
  private final Tenant tenant;

  RenewKeyIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void movesTheExpiry() {
    IssuedKey key =
        tenant.key().with("expires_at", Instant.now().plus(Duration.ofHours(1)).toString()).issue();
    Answer answer = renew(key, "2099-12-31T23:59:59Z").expect(200);
    assertThat(answer.text("/expires_at")).isEqualTo("2099-12-31T23:59:59Z");
    assertThat(answer.body()).doesNotContain(key.value());
  }

  @Test
  void bringsAnExpiredKeyBack() {
    IssuedKey key =
        tenant.key().with("expires_at", Instant.now().plusSeconds(2).toString()).issue();
    Eventually.within(
        Duration.ofSeconds(5), () -> assertThat(tenant.gateway().code(key)).isEqualTo("EXPIRED"));
    renew(key, "2099-12-31T23:59:59Z").expect(200);
    assertThat(tenant.gateway().code(key)).isEqualTo("VALID");
  }

  @Test
  void refusesAnInstantThatIsPastOrNone() {
    IssuedKey key = tenant.key().issue();
    renew(key, "2020-01-01T00:00:00Z").expectInvalid("expires_at");
    renew(key, "soon").expectInvalid("expires_at");
    tenant.admin().post(key.path() + "/renew", "{}").expectInvalid("expires_at");
    tenant
        .admin()
        .post(key.path() + "/renew", Json.object("expires_at", 5))
        .expectInvalid("expires_at");
  }

  @Test
  void holdsTheTypesLongestLife() {
    IssuedKey key =
        tenant
            .key()
            .with("type", "temporary")
            .with("expires_at", Instant.now().plus(Duration.ofHours(1)).toString())
            .issue();
    renew(key, Instant.now().plus(Duration.ofDays(3)).toString()).expectInvalid("expires_at");
  }

  /** A renewal of a temporary key begins no new day: it was made a moment ago. */
  @Test
  void countsTheOneLifeOfATemporaryKeyFromItsBegin() throws InterruptedException {
    IssuedKey key =
        tenant
            .key()
            .with("type", "temporary")
            .with("expires_at", Instant.now().plus(Duration.ofHours(1)).toString())
            .issue();
    Instant made = Instant.now();
    Thread.sleep(3_000);
    String tomorrow = made.plus(Duration.ofDays(1)).plusSeconds(2).toString();
    renew(key, tomorrow).expectInvalid("expires_at");
    renew(key, made.plus(Duration.ofDays(1)).minusSeconds(5).toString()).expect(200);
  }

  @Test
  void answersConflictForARevokedKey() {
    IssuedKey key = tenant.key().issue();
    tenant.admin().delete(key.path()).expect(200);
    renew(key, "2099-12-31T23:59:59Z").expectProblem(409, "CONFLICT");
  }

  private Answer renew(IssuedKey key, String expiresAt) {
    return tenant.admin().post(key.path() + "/renew", Map.of("expires_at", expiresAt));
  }
}
