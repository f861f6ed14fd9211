package org.apikeys.web.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apikeys.crypto.SigningKey;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code POST /api/v1/auth/renew}. */
@ExtendWith(SharedServer.class)
class RenewTokenIT {
  private static final String RENEW = "/api/v1/auth/renew";
  private static final Map<String, String> NOTHING = Map.of();

  private final Tenant tenant;

  RenewTokenIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void exchangesATokenForANewOne() {
    Person person = tenant.person("developer");
    Answer renewed = person.api().post(RENEW, NOTHING).expect(200);
    assertThat(renewed.text("/access_token")).isNotEqualTo(person.token());
    assertThat(renewed.number("/expires_in")).isPositive();
    assertThat(renewed.requireHeader("cache-control")).contains("no-store");
    Answer again =
        tenant
            .server()
            .anonymous()
            .as(renewed.text("/access_token"))
            .post(RENEW, NOTHING)
            .expect(200);
    Answer me = tenant.server().anonymous().as(again.text("/access_token")).get("/api/v1/auth/me");
    assertThat(me.expect(200).text("/name")).isEqualTo(person.name());
  }

  @Test
  void tellsTheRolesOfToday() {
    Person person = tenant.newPerson("developer");
    tenant
        .admin()
        .put("/api/v1/users/" + person.id(), Json.object("roles", List.of("auditor")))
        .expect(200);
    assertThat(Json.texts(person.api().post(RENEW, NOTHING).expect(200).at("/roles")))
        .containsExactly("auditor");
  }

  @Test
  void refusesNobodyAndKeys() {
    tenant.server().anonymous().post(RENEW, NOTHING).expectProblem(401, "UNAUTHENTICATED");
    tenant.gateway().api().post(RENEW, NOTHING).expectProblem(403, "FORBIDDEN");
  }

  @Test
  void refusesADisabledPerson() {
    Person person = tenant.newPerson("developer");
    tenant.admin().put("/api/v1/users/" + person.id(), Json.object("is_active", false)).expect(200);
    Eventually.within(
        Duration.ofSeconds(30),
        () -> person.api().post(RENEW, NOTHING).expectProblem(401, "UNAUTHENTICATED"));
  }

  /** A session ends, however often its token was renewed. */
  @Test
  void refusesASessionThatHasLastedItsTime() {
    Person person = tenant.person("developer");
    assertThat(renewedAfter(person, Duration.ofHours(11)).status()).isEqualTo(200);
    renewedAfter(person, Duration.ofHours(13)).expectProblem(401, "UNAUTHENTICATED");
  }

  /** Whoever knew the old password does not go on with it. */
  @Test
  void refusesASessionThatBeganWithAnotherPassword() {
    Person person = tenant.newPerson("developer");
    Map<String, String> changed = Map.of("password", "another correct horse battery");
    tenant.admin().put("/api/v1/users/" + person.id(), changed).expect(200);
    renewedAfter(person, Duration.ofMinutes(1)).expectProblem(401, "UNAUTHENTICATED");
    sessionOf(person, Duration.ofMinutes(1))
        .get("/api/v1/auth/me")
        .expectProblem(401, "UNAUTHENTICATED");
    Api again = tenant.server().signIn(person.name(), "another correct horse battery");
    again.post(RENEW, NOTHING).expect(200);
  }

  /** With a token as the server gives it to somebody who signed in so long ago. */
  private Answer renewedAfter(Person person, Duration session) {
    return sessionOf(person, session).post(RENEW, NOTHING);
  }

  private Api sessionOf(Person person, Duration session) {
    SigningKey key = SigningKey.load(tenant.server().dataFolder().resolve("jwt.key"));
    Instant now = Instant.now();
    String token =
        key.sign(
            new JWTClaimsSet.Builder()
                .issuer("apikeys")
                .subject(Long.toString(person.id()))
                .claim("upn", person.name())
                .claim("groups", List.of("developer"))
                .claim("org", tenant.id())
                .claim("auth_time", now.minus(session).getEpochSecond())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(600)))
                .jwtID(UUID.randomUUID().toString())
                .build());
    return tenant.server().anonymous().as(token);
  }
}
