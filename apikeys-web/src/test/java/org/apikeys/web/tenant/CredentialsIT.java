package org.apikeys.web.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.MadeUpKey;
import org.apikeys.web.server.RawRequest;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a machine presents its key, and what is wrong with it by status. */
@ExtendWith(SharedServer.class)
class CredentialsIT {
  private static final String KEYS = "/api/v1/api-keys";

  private final Tenant tenant;
  private final Api anonymous;

  CredentialsIT(Tenant tenant) {
    this.tenant = tenant;
    anonymous = tenant.server().anonymous();
  }

  @Test
  void takesAKeyInItsHeader() {
    anonymous.withKey(machine().value()).get(KEYS).expect(200);
  }

  @Test
  void saysWhichScopeIsMissing() {
    Answer answer =
        tenant.person("developer").api().get("/api/v1/users").expectProblem(403, "FORBIDDEN");
    assertThat(answer.text("/detail")).isEqualTo("This takes the management scope users:manage.");
    Answer machine =
        anonymous
            .withKey(tenant.key().scopes("agents:read").issue().value())
            .get(KEYS)
            .expectProblem(403, "FORBIDDEN");
    assertThat(machine.text("/detail")).isEqualTo("This takes the management scope keys:read.");
  }

  @Test
  void saysWhereACredentialGoes() {
    Answer answer = anonymous.get(KEYS).expectProblem(401, "UNAUTHENTICATED");
    assertThat(answer.text("/detail")).contains("Authorization: Bearer", "X-API-Key");
    assertThat(answer.header("www-authenticate")).isPresent();
  }

  @Test
  void takesAKeyAsABearer() {
    anonymous.as(machine().value()).get(KEYS).expect(200);
    anonymous.header("authorization", "bearer " + machine().value()).get(KEYS).expect(200);
  }

  @Test
  void takesAPublishableKeyInTheQuery() {
    IssuedKey key =
        tenant
            .key()
            .scopes("keys:read")
            .with("publishable", true)
            .with("environment", "development")
            .issue();
    anonymous.get(KEYS + "?api_key=" + key.value()).expect(200);
  }

  @Test
  void refusesASecretKeyInTheQuery() {
    IssuedKey key = machine();
    Answer answer =
        anonymous.get(KEYS + "?api_key=" + key.value()).expectProblem(400, "KEY_IN_URL");
    assertThat(answer.body()).doesNotContain(key.value());
    assertThat(answer.text("/instance")).doesNotContain("sk_live_");
    assertThat(tenant.server().log()).doesNotContain(key.value());
  }

  @Test
  void findsAKeyInTheQueryHoweverItsNameIsWritten() {
    String secret = machine().value();
    anonymous.get(KEYS + "?api%5Fkey=" + secret).expectProblem(400, "KEY_IN_URL");
    anonymous.get("/api/v1/authorize?%61pi_key=" + secret).expectProblem(401, "KEY_IN_URL");
    anonymous
        .header("X-Forwarded-Uri", "/agents?api%5fkey=" + secret)
        .get("/api/v1/authorize")
        .expectProblem(401, "KEY_IN_URL");
  }

  @Test
  void takesAnEmptyParameterForAnEmptyHeader() {
    for (String path : List.of(KEYS, "/api/v1/authorize")) {
      Answer answer = anonymous.get(path + "?api_key=").expectProblem(401, "UNAUTHENTICATED");
      Answer header =
          RawRequest.of(tenant.server().uri(), "GET", path).header("X-API-Key", "").send();
      assertThat(answer.text("/detail")).isEqualTo(header.text("/detail"));
    }
  }

  @Test
  void takesOneCredentialPresentedTwice() {
    IssuedKey key = machine();
    anonymous.withKey(key.value()).as(key.value()).get(KEYS).expect(200);
  }

  @Test
  void refusesTwoCredentialsThatDiffer() {
    IssuedKey one = machine();
    IssuedKey other = machine();
    anonymous
        .withKey(one.value())
        .as(other.value())
        .get(KEYS)
        .expectProblem(400, "AMBIGUOUS_CREDENTIALS");
    tenant.admin().withKey(one.value()).get(KEYS).expectProblem(400, "AMBIGUOUS_CREDENTIALS");
    IssuedKey publishable =
        tenant.key().with("publishable", true).with("environment", "development").issue();
    anonymous
        .withKey(one.value())
        .get(KEYS + "?api_key=" + publishable.value())
        .expectProblem(400, "AMBIGUOUS_CREDENTIALS");
    anonymous
        .get(KEYS + "?api_key=" + publishable.value() + "&api_key=" + publishable.value())
        .expectProblem(400, "AMBIGUOUS_CREDENTIALS");
  }

  @Test
  void refusesAHeaderGivenTwice() {
    IssuedKey key = machine();
    for (String header : List.of("X-API-Key", "Authorization")) {
      String value = "Authorization".equals(header) ? "Bearer " + key.value() : key.value();
      RawRequest.of(tenant.server().uri(), "GET", KEYS)
          .header(header, value)
          .header(header, value)
          .send()
          .expectProblem(400, "AMBIGUOUS_CREDENTIALS");
    }
  }

  @Test
  void tellsWhatIsWrongByTheStatus() {
    Answer missing = anonymous.get(KEYS).expectProblem(401, "UNAUTHENTICATED");
    assertThat(missing.header("www-authenticate")).isPresent();
    for (String value : List.of("x", "sk_live_", MadeUpKey.wellFormed())) {
      Answer answer = anonymous.withKey(value).get(KEYS).expectProblem(401, "UNAUTHENTICATED");
      assertThat(answer.header("www-authenticate")).isPresent();
    }

    IssuedKey revoked = machine();
    tenant.admin().delete(revoked.path()).expect(200);
    anonymous.withKey(revoked.value()).get(KEYS).expectProblem(401, "UNAUTHENTICATED");

    IssuedKey inactive = machine();
    tenant.admin().put(inactive.path(), Map.of("is_active", false)).expect(200);
    anonymous.withKey(inactive.value()).get(KEYS).expectProblem(403, "KEY_INACTIVE");

    IssuedKey bound =
        tenant
            .key()
            .scopes("keys:read")
            .with("restrictions", Map.of("ip", Map.of("allow", List.of("203.0.113.9"))))
            .issue();
    anonymous.withKey(bound.value()).get(KEYS).expectProblem(403, "IP_NOT_ALLOWED");

    IssuedKey referred =
        tenant
            .key()
            .scopes("keys:read")
            .with("restrictions", Map.of("referrers", List.of("https://app.example.com/*")))
            .issue();
    anonymous.withKey(referred.value()).get(KEYS).expectProblem(403, "REFERRER_NOT_ALLOWED");
    anonymous
        .withKey(referred.value())
        .header("Referer", "https://app.example.com/page")
        .get(KEYS)
        .expect(200);
  }

  @Test
  void refusesAnExpiredKey() {
    IssuedKey key =
        tenant
            .key()
            .scopes("keys:read")
            .with("expires_at", Instant.now().plusSeconds(2).toString())
            .issue();
    Eventually.within(
        Duration.ofSeconds(5),
        () -> anonymous.withKey(key.value()).get(KEYS).expectProblem(401, "UNAUTHENTICATED"));
  }

  @Test
  void letsAMachineDoWhatItsScopesSayAndNoMore() {
    Api reader = anonymous.withKey(machine().value());
    reader.get(KEYS).expect(200);
    Answer denied = reader.post(KEYS, Map.of("name", "by a reader")).expect(403);
    assertThat(denied.expectAnyProblem().text("/code")).isIn("INSUFFICIENT_SCOPE", "FORBIDDEN");
    reader.get("/api/v1/users").expect(403);
    reader.get("/api/v1/audit/events").expect(403);
  }

  @Test
  void saysWhoAMachineIs() {
    IssuedKey key = machine();
    Answer me = anonymous.withKey(key.value()).get("/api/v1/auth/me").expect(200);
    assertThat(me.text("/name")).isEqualTo(key.keyId());
    assertThat(me.at("/scopes").toString()).contains("keys:read").doesNotContain("keys:write");
  }

  @Test
  void bindsAMachineToWhatItsOwnerSees() {
    IssuedKey key =
        tenant.key().scopes("keys:read").with("owner", tenant.person("developer").name()).issue();
    IssuedKey foreign = tenant.key().issue();
    Api machine = anonymous.withKey(key.value());
    machine.get(foreign.path()).expectProblem(404, "NOT_FOUND");
    machine.get(key.path()).expect(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Basic YWRtaW46YWRtaW4=", "Bearer", "Bearer ", "Bearer a b", "Digest x", "zzz"})
  void refusesAnAuthorizationThatIsNone(String authorization) {
    RawRequest.of(tenant.server().uri(), "GET", KEYS)
        .header("Authorization", authorization)
        .send()
        .expectProblem(401, "UNAUTHENTICATED");
  }

  @Test
  void stopsAKeyWithThePersonWhoOwnsIt() {
    var person = tenant.newPerson("developer");
    IssuedKey key = tenant.key().scopes("keys:read").with("owner", person.name()).issue();
    anonymous.withKey(key.value()).get(KEYS).expect(200);
    assertThat(tenant.gateway().code(key)).isEqualTo("VALID");
    tenant.admin().put("/api/v1/users/" + person.id(), Map.of("is_active", false)).expect(200);
    Eventually.within(
        Duration.ofSeconds(1),
        () -> {
          assertThat(anonymous.withKey(key.value()).get(KEYS).status()).isIn(401, 403);
          assertThat(tenant.gateway().code(key)).isNotEqualTo("VALID");
        });
  }

  private IssuedKey machine() {
    return tenant.key().scopes("keys:read").issue();
  }
}
