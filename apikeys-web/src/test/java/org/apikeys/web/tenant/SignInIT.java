package org.apikeys.web.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /api/v1/auth/token}, {@code GET /api/v1/auth/me} and {@code /jwks}. */
@ExtendWith(SharedServer.class)
class SignInIT {
  private static final String TOKEN = "/api/v1/auth/token";
  private static final Duration PROMISED = Duration.ofSeconds(1);

  private final Tenant tenant;
  private final Api anonymous;

  SignInIT(Tenant tenant) {
    this.tenant = tenant;
    anonymous = tenant.server().anonymous();
  }

  @Test
  void answersATokenForTheRightPassword() {
    Person person = tenant.person("developer");
    Answer answer = signIn(person.name(), person.password()).expect(200);
    assertThat(answer.text("/access_token").split("\\.", -1)).hasSize(3);
    assertThat(answer.text("/token_type")).isEqualTo("Bearer");
    assertThat(answer.number("/expires_in")).isPositive();
    assertThat(Json.texts(answer.at("/roles"))).containsExactly("developer");
    assertThat(answer.number("/organization_id")).isEqualTo(tenant.id());
    assertThat(answer.requireHeader("cache-control")).contains("no-store");
    assertThat(answer.header("set-cookie")).isEmpty();
  }

  @Test
  void saysWhoIAm() {
    Person person = tenant.person("developer");
    Answer me = person.api().get("/api/v1/auth/me").expect(200);
    assertThat(me.text("/name")).isEqualTo(person.name());
    assertThat(Json.texts(me.at("/roles"))).containsExactly("developer");
    assertThat(Json.texts(me.at("/scopes"))).contains("keys:read", "keys:write");
    assertThat(me.body()).contains(String.valueOf(tenant.id()));
    anonymous.get("/api/v1/auth/me").expectProblem(401, "UNAUTHENTICATED");
  }

  @Test
  void answersUnknownNamesAndWrongPasswordsAlike() {
    Answer wrong =
        signIn(tenant.person("developer").name(), "not-the-password")
            .expectProblem(401, "UNAUTHENTICATED");
    Answer unknown =
        signIn(Unique.name("nobody"), "not-the-password").expectProblem(401, "UNAUTHENTICATED");
    assertThat(unknown.text("/detail")).isEqualTo(wrong.text("/detail"));
  }

  @Test
  void locksANameAfterTenFailuresTheRightPasswordToo() {
    Person person = tenant.newPerson("developer");
    for (int i = 0; i < 10; i++) {
      signIn(person.name(), "wrong-" + i).expectProblem(401, "UNAUTHENTICATED");
    }
    Answer locked = signIn(person.name(), person.password()).expectProblem(429, "SIGN_IN_LOCKED");
    assertThat(Integer.parseInt(locked.requireHeader("retry-after"))).isBetween(1, 900);
    String password = "another correct horse battery";
    tenant.admin().put("/api/v1/users/" + person.id(), Map.of("password", password)).expect(200);
    signIn(person.name(), password).expect(200);
    signIn(tenant.person("developer").name(), tenant.person("developer").password()).expect(200);
  }

  @Test
  void locksAnUnknownNameLikeAnyOther() {
    String name = Unique.name("ghost");
    for (int i = 0; i < 10; i++) {
      signIn(name, "wrong-" + i).expectProblem(401, "UNAUTHENTICATED");
    }
    signIn(name, "wrong-again").expectProblem(429, "SIGN_IN_LOCKED");
  }

  @Test
  void startsCountingAgainAfterASuccess() {
    Person person = tenant.newPerson("developer");
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 6; i++) {
        signIn(person.name(), "wrong-" + i).expect(401);
      }
      signIn(person.name(), person.password()).expect(200);
    }
  }

  @Test
  void refusesTheTokenOfADisabledPersonWithinASecond() {
    Person person = tenant.newPerson("developer");
    person.api().get("/api/v1/auth/me").expect(200);
    tenant.admin().put("/api/v1/users/" + person.id(), Map.of("is_active", false)).expect(200);
    Eventually.within(
        PROMISED, () -> person.api().get("/api/v1/auth/me").expectProblem(401, "UNAUTHENTICATED"));
    signIn(person.name(), person.password()).expectProblem(401, "UNAUTHENTICATED");
  }

  @Test
  void appliesAChangedRoleToATokenWithinASecond() {
    Person person = tenant.newPerson("developer");
    person.api().get("/api/v1/audit/events").expectProblem(403, "FORBIDDEN");
    tenant
        .admin()
        .put("/api/v1/users/" + person.id(), Map.of("roles", List.of("auditor")))
        .expect(200);
    Eventually.within(PROMISED, () -> person.api().get("/api/v1/audit/events").expect(200));
    tenant
        .key()
        .with("environment", "development")
        .sendBy(person.api())
        .expectProblem(403, "FORBIDDEN");
  }

  @Test
  void publishesTheKeysOfItsIssuer() {
    Answer answer = anonymous.get("/api/v1/auth/jwks").expect(200);
    assertThat(answer.at("/keys").size()).isPositive();
    answer
        .at("/keys")
        .forEach(
            key -> {
              assertThat(key.path("kty").asText()).isNotBlank();
              assertThat(key.path("kid").asText()).isNotBlank();
              assertThat(Json.names(key)).doesNotContain("d", "p", "q", "dp", "dq", "qi");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"username\": \"admin\"}",
        "{\"password\": \"admin\"}",
        "{\"username\": 5, \"password\": \"x\"}",
        "{\"username\": \"admin\", \"password\": null}",
        "{\"username\": \"admin\", \"password\": \"x\", \"otp\": 1}",
        "[]",
        "null",
        "",
        "\"admin\""
      })
  void refusesABodyThatIsNoSignIn(String body) {
    anonymous.post(TOKEN, body).expectProblem(400, "VALIDATION_FAILED");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "a.b.c",
        "eyJhbGciOiJub25lIn0.eyJpc3MiOiJhcGlrZXlzIiwidXBuIjoiYWRtaW4iLCJncm91cHMiOlsiYWRtaW4iXX0.",
        "sk_live_a1b2c3d4_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
      })
  void refusesATokenThatIsNone(String token) {
    Answer answer =
        anonymous.as(token).get("/api/v1/auth/me").expectProblem(401, "UNAUTHENTICATED");
    assertThat(answer.header("www-authenticate")).isPresent();
    assertThat(answer.body()).doesNotContain(token.length() > 5 ? token : "\u0000");
  }

  @Test
  void refusesATokenWhoseSignatureIsAnothers() {
    Answer answer = signIn("admin", "correct-horse-battery-staple").expect(200);
    String token = answer.text("/access_token");
    int dot = token.lastIndexOf('.');
    char first = token.charAt(dot + 1);
    String forged =
        token.substring(0, dot + 1) + (first == 'A' ? 'B' : 'A') + token.substring(dot + 2);
    anonymous.as(forged).get("/api/v1/auth/me").expectProblem(401, "UNAUTHENTICATED");
  }

  private Answer signIn(String username, String password) {
    return anonymous.post(TOKEN, Json.object("username", username, "password", password));
  }
}
