package org.apikeys.web.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Clocks;
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

/** {@code /api/v1/authorize}, as a proxy's sub-request asks it. */
@ExtendWith(SharedServer.class)
class AuthorizeIT {
  private static final String AUTHORIZE = "/api/v1/authorize";

  private final Tenant tenant;
  private final Api anonymous;

  AuthorizeIT(Tenant tenant) {
    this.tenant = tenant;
    anonymous = tenant.server().anonymous();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
  void grantsByAnyMethodWithAnEmptyAnswer(String method) {
    IssuedKey key = tenant.key().scopes("agents:read", "deployments:write").issue();
    Answer answer = anonymous.withKey(key.value()).send(method, AUTHORIZE, null).expect(200);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.requireHeader("x-key-id")).isEqualTo(key.keyId());
    assertThat(answer.requireHeader("x-key-owner")).isEqualTo(tenant.person("admin").name());
    assertThat(answer.requireHeader("x-key-organization")).isEqualTo(String.valueOf(tenant.id()));
    assertThat(List.of(answer.requireHeader("x-key-scopes").split(" ", -1)))
        .containsExactlyInAnyOrder("agents:read", "deployments:write");
    assertThat(answer.requireHeader("x-ratelimit-limit")).isEqualTo("100");
    assertThat(answer.requireHeader("x-ratelimit-remaining")).isEqualTo("99");
    assertThat(answer.header("x-ratelimit-reset")).isPresent();
  }

  @Test
  void takesTheKeyWhereACallerPresentsIt() {
    IssuedKey key = tenant.key().unlimited().issue();
    anonymous.as(key.value()).get(AUTHORIZE).expect(200);
    IssuedKey publishable = publishable();
    anonymous.get(AUTHORIZE + "?api_key=" + publishable.value()).expect(200);
    for (String header : List.of("X-Forwarded-Uri", "X-Original-URI")) {
      anonymous
          .header(header, "/agents?a=1&api_key=" + publishable.value())
          .get(AUTHORIZE)
          .expect(200);
    }
  }

  @Test
  void refusesASecretKeyInTheForwardedQuery() {
    IssuedKey key = tenant.key().unlimited().issue();
    for (String header : List.of("X-Forwarded-Uri", "X-Original-URI")) {
      Answer answer =
          anonymous.header(header, "/agents?api_key=" + key.value()).get(AUTHORIZE).expect(401);
      assertThat(answer.body() + answer.headers()).contains("KEY_IN_URL");
      assertThat(answer.body()).doesNotContain(key.value());
    }
  }

  @Test
  void takesTheOriginalPathBehindTheQuestion() {
    IssuedKey publishable = publishable("agents:read");
    String asked = AUTHORIZE + "?scope=agents:read&uri=/agents";
    anonymous.get(asked + "?a=1&api_key=" + publishable.value()).expect(200);
    anonymous.get(asked + "?api_key=" + publishable.value()).expect(200);
    IssuedKey key = tenant.key().unlimited().scopes("agents:read").issue();
    Api caller = anonymous.withKey(key.value());
    caller.get(asked + "?scope=agents:write").expect(200);
    caller.get(AUTHORIZE + "?uri=/agents").expect(200);
    caller.get(AUTHORIZE + "?scope=agents:write&uri=/agents?scope=agents:read").expect(403);
    for (String query : List.of("?api_key=", "?a=1&api_key=")) {
      Answer leaked = anonymous.get(asked + query + key.value()).expect(401);
      assertThat(leaked.requireHeader("x-key-error")).isEqualTo("KEY_IN_URL");
    }
  }

  @Test
  void notesThePathWithoutItsQueryAndAsFarAsItIsPrintable() {
    IssuedKey key = tenant.key().unlimited().issue();
    Api caller = anonymous.withKey(key.value());
    String longest = "/" + "x".repeat(499);
    for (String uri : List.of("/tab\there?a=1", longest, longest + "y?a=1", "?a=1")) {
      RawRequest.of(tenant.server().uri(), "GET", AUTHORIZE)
          .header("X-API-Key", key.value())
          .header("X-Forwarded-Uri", uri)
          .send()
          .expect(200);
    }
    caller.get(AUTHORIZE).expect(200);
    Eventually.within(
        Duration.ofSeconds(3),
        () ->
            assertThat(
                    tenant.admin().get(key.path()).expect(200).at("/usage").findValues("endpoint"))
                .extracting(JsonNode::asText)
                .containsExactly("null", "", longest, longest, "/tab?here"));
  }

  @Test
  void saysInAHeaderWhyItRefuses() {
    assertThat(anonymous.get(AUTHORIZE).requireHeader("x-key-error")).isEqualTo("UNAUTHENTICATED");
    IssuedKey key = tenant.key().unlimited().scopes("agents:read").issue();
    Answer denied = anonymous.withKey(key.value()).get(AUTHORIZE + "?scope=agents:write");
    assertThat(denied.requireHeader("x-key-error")).isEqualTo("INSUFFICIENT_SCOPE");
    Answer granted = anonymous.withKey(key.value()).get(AUTHORIZE).expect(200);
    assertThat(granted.header("x-key-error")).isEmpty();
  }

  @Test
  void answers401ForWhatIsNoGoodKey() {
    Answer missing = anonymous.get(AUTHORIZE).expect(401);
    assertThat(missing.header("www-authenticate")).isPresent();
    for (String value : List.of("x", MadeUpKey.wellFormed())) {
      Answer answer = anonymous.withKey(value).get(AUTHORIZE).expect(401);
      assertThat(answer.header("www-authenticate")).isPresent();
      assertThat(answer.body()).doesNotContain("<");
    }
    IssuedKey revoked = tenant.key().issue();
    anonymous.withKey(revoked.value()).get(AUTHORIZE).expect(200);
    tenant.admin().delete(revoked.path()).expect(200);
    anonymous.withKey(revoked.value()).get(AUTHORIZE).expect(401);
  }

  @Test
  void answers403ForWhatTheKeyMayNotDo() {
    IssuedKey key = tenant.key().unlimited().scopes("agents:read").issue();
    Api caller = anonymous.withKey(key.value());
    caller.get(AUTHORIZE + "?scope=agents:read").expect(200);
    caller.get(AUTHORIZE + "?scope=agents:write").expect(403);
    caller.get(AUTHORIZE + "?scope=agents:read%20or%20agents:write").expect(200);
    tenant.admin().put(key.path(), Map.of("is_active", false)).expect(200);
    caller.get(AUTHORIZE).expect(403);
  }

  @Test
  void answers429BeyondTheLimit() {
    IssuedKey key = tenant.key().perMinute(1).issue();
    Clocks.awaitRoomInTheMinute(Duration.ofSeconds(5));
    anonymous.withKey(key.value()).get(AUTHORIZE).expect(200);
    Answer denied = anonymous.withKey(key.value()).get(AUTHORIZE).expect(429);
    assertThat(Integer.parseInt(denied.requireHeader("retry-after"))).isBetween(1, 60);
    assertThat(denied.requireHeader("x-ratelimit-remaining")).isEqualTo("0");
  }

  @Test
  void believesNoForwardedAddressOfAPeerThatIsNotTrusted() {
    IssuedKey key =
        tenant
            .key()
            .unlimited()
            .with("restrictions", Map.of("ip", Map.of("allow", List.of("203.0.113.9"))))
            .issue();
    anonymous
        .withKey(key.value())
        .header("X-Forwarded-For", "203.0.113.9")
        .get(AUTHORIZE)
        .expect(403);
    IssuedKey local =
        tenant
            .key()
            .unlimited()
            .with("restrictions", Map.of("ip", Map.of("allow", List.of("127.0.0.0/8"))))
            .issue();
    anonymous
        .withKey(local.value())
        .header("X-Forwarded-For", "203.0.113.9")
        .get(AUTHORIZE)
        .expect(200);
  }

  @Test
  void countsAsACall() {
    IssuedKey key = tenant.key().unlimited().issue();
    anonymous.withKey(key.value()).get(AUTHORIZE).expect(200);
    Eventually.within(
        Duration.ofSeconds(3),
        () ->
            assertThat(tenant.admin().get(key.path()).expect(200).number("/usage_count"))
                .isEqualTo(1));
  }

  @Test
  void refusesAMalformedScope() {
    IssuedKey key = tenant.key().unlimited().scopes("agents:read").issue();
    Api caller = anonymous.withKey(key.value());
    for (String query :
        List.of(
            "scope=agents:read%20and",
            "scope=agents:read)%20or%20(agents:write&scope=x:y",
            "scope=%zz",
            "scope=",
            "scope",
            "scope=%20",
            "scope=agents:read&scope")) {
      caller.get(AUTHORIZE + "?" + query.replace("%zz", "%25zz")).expectInvalid("scope");
    }
    assertThat(
            caller
                .get(AUTHORIZE + "?scope=agents:read&scope=agents:read)%20or%20(a:b")
                .expectInvalid("scope")
                .body())
        .contains("position 11");
    caller.get(AUTHORIZE + "?scope=agents:read&scope=agents:read%20or%20agents:write").expect(200);
    caller.get(AUTHORIZE + "?scope=agents:read&scope=agents:write").expect(403);
    caller.get(AUTHORIZE + "?%73cope=agents:write").expect(403);
  }

  @Test
  void refusesAQuestionThatItDoesNotKnow() {
    IssuedKey key = tenant.key().unlimited().issue();
    Api caller = anonymous.withKey(key.value());
    for (String name : List.of("scopes", "Scope", "scope[]")) {
      caller.get(AUTHORIZE + "?" + name.replace("[]", "%5B%5D") + "=a:b").expectInvalid(name);
    }
    for (String query : List.of("?", "?&", "?page=2", "?uri=/agents?scopes=a:b")) {
      caller.get(AUTHORIZE + query).expect(200);
    }
    anonymous.get(AUTHORIZE + "?&api_key=" + publishable().value()).expect(200);
  }

  /** As {@code resource} of a verification: grants on resources count for one that they cover. */
  @Test
  void asksAboutAResource() {
    IssuedKey key =
        tenant.key().unlimited().scopes("agents:read", "deployments:write@projects/42/*").issue();
    Api caller = anonymous.withKey(key.value());
    String write = AUTHORIZE + "?scope=deployments:write";
    caller.get(write).expect(403);
    caller.get(write + "&resource=projects/42/eu").expect(200);
    caller.get(write + "&resource=projects%2F42%2Feu").expect(200);
    caller.get(AUTHORIZE + "?resource=projects/42/eu&scope=deployments:write").expect(200);
    caller.get(write + "&resource=projects/43/eu").expect(403);
    for (String none : List.of("", "projects/*", "projects//42", "%20", "projects/42/eu?")) {
      caller.get(write + "&resource=" + none).expect(403);
    }
    caller.get(AUTHORIZE + "?scope=agents:read&resource=projects/43/eu").expect(200);
    caller.get(write + "&resource=" + "a".repeat(501)).expectInvalid("resource");
  }

  /** A client whose query is passed on chooses nothing of what the proxy asks for. */
  @Test
  void takesOneResourceAndOnlyWithAScope() {
    IssuedKey key = tenant.key().unlimited().scopes("deployments:write@projects/42/*").issue();
    Api caller = anonymous.withKey(key.value());
    String asked = AUTHORIZE + "?scope=deployments:write&resource=projects/43/eu";
    caller.get(asked + "&resource=projects/42/eu").expectInvalid("resource");
    caller.get(AUTHORIZE + "?resource=projects/42/eu&resource=mine").expect(200);
    caller
        .get(AUTHORIZE + "?scope=deployments:write&uri=/a?b=c&resource=projects/42/eu")
        .expect(403);
  }

  private IssuedKey publishable(String... scopes) {
    return tenant
        .key()
        .scopes(scopes)
        .with("publishable", true)
        .with("environment", "development")
        .unlimited()
        .issue();
  }
}
