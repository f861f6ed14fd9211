package org.apikeys.web.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.KeyDraft;
import org.apikeys.web.server.MadeUpKey;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /api/v1/api-keys}. */
@ExtendWith(SharedServer.class)
class CreateKeyIT {
  private final Tenant tenant;

  CreateKeyIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void issuesAKeyWithNothingButAName() {
    String name = Unique.name("plain");
    Answer answer = tenant.key().with("name", name).send();

    answer.expect(201);
    long id = answer.number("/id");
    assertThat(answer.requireHeader("location")).endsWith("/api/v1/api-keys/" + id);
    assertThat(answer.requireHeader("cache-control")).contains("no-store");
    assertThat(answer.header("x-content-type-options")).contains("nosniff");
    assertThat(answer.header("etag")).isPresent();
    assertThat(answer.header("set-cookie")).isEmpty();
    JsonNode key = answer.json();
    assertThat(key.path("name").asText()).isEqualTo(name);
    assertThat(key.path("key_id").asText()).isEqualTo("key-" + id);
    assertThat(key.path("key").asText()).matches("sk_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{32}");
    assertThat(key.path("key").asText()).startsWith(key.path("key_prefix").asText() + "_");
    assertThat(key.path("organization_id").asLong()).isEqualTo(tenant.id());
    assertThat(key.path("is_active").asBoolean()).isTrue();
    assertThat(key.path("status").asText()).isEqualTo("active");
    assertThat(key.path("type").asText()).isEqualTo("service");
    assertThat(key.path("environment").asText()).isEqualTo("production");
    assertThat(key.path("owner").asText()).isEqualTo(tenant.person("admin").name());
    assertThat(key.path("created_by").asText()).isEqualTo(tenant.person("admin").name());
    assertThat(key.path("usage_count").asInt(-1)).isZero();
    assertThat(key.path("denied_count").asInt(-1)).isZero();
    assertThat(key.path("last_used").isNull()).isTrue();
    assertThat(key.path("last_used_at").isNull()).isTrue();
    assertThat(key.path("expires_at").isNull()).isTrue();
    assertThat(Instant.parse(key.path("created_at").asText()))
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
    assertThat(key.path("updated_at").asText()).isEqualTo(key.path("created_at").asText());
  }

  @Test
  void answersEveryFieldAsItTookEffect() {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("name", Unique.name("whole"));
    body.put("description", "everything that this release keeps");
    body.put("type", "automation");
    body.put("environment", "staging");
    body.put("scopes", List.of("agents:read", "deployments:write"));
    body.put("rate_limit", 100);
    body.put(
        "rate_limits",
        Json.read(
            """
        {"requests": {"per_second": 10, "per_minute": 100, "per_hour": 1000, "per_day": 10000}}
        """));
    body.put(
        "restrictions",
        Json.read(
            """
        {"ip": {"allow": ["203.0.113.0/24", "2001:db8::/32"], "deny": ["203.0.113.7"]},
         "referrers": ["https://*.example.com/*"]}
        """));
    body.put("expires_at", "2099-12-31T23:59:59Z");
    body.put("not_before", "2026-01-01T00:00:00Z");
    body.put("metadata", Map.of("team", "payments"));
    body.put("tags", List.of("ci"));
    body.put("owner", tenant.person("admin").name());

    JsonNode key = tenant.admin().post("/api/v1/api-keys", body).expect(201).json();

    assertThat(key.path("description").asText()).isEqualTo(body.get("description"));
    assertThat(key.path("type").asText()).isEqualTo("automation");
    assertThat(key.path("environment").asText()).isEqualTo("staging");
    assertThat(Json.texts(key.path("scopes")))
        .containsExactlyInAnyOrder("agents:read", "deployments:write");
    assertThat(key.path("rate_limit").asInt()).isEqualTo(100);
    JsonNode requests = key.path("rate_limits").path("requests");
    assertThat(requests.path("per_second").asInt()).isEqualTo(10);
    assertThat(requests.path("per_minute").asInt()).isEqualTo(100);
    assertThat(requests.path("per_hour").asInt()).isEqualTo(1000);
    assertThat(requests.path("per_day").asInt()).isEqualTo(10000);
    JsonNode ip = key.path("restrictions").path("ip");
    assertThat(Json.texts(ip.path("allow"))).containsExactly("203.0.113.0/24", "2001:db8::/32");
    assertThat(ip.path("deny")).hasSize(1);
    assertThat(Json.texts(key.path("restrictions").path("referrers")))
        .containsExactly("https://*.example.com/*");
    assertThat(key.path("expires_at").asText()).isEqualTo("2099-12-31T23:59:59Z");
    assertThat(key.path("not_before").asText()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(key.path("metadata").path("team").asText()).isEqualTo("payments");
    assertThat(Json.texts(key.path("tags"))).containsExactly("ci");
    assertThat(key.path("key").asText()).startsWith("sk_test_");
  }

  @ParameterizedTest
  @CsvSource({"production,sk_live_", "staging,sk_test_", "development,sk_dev_"})
  void namesTheEnvironmentInTheKey(String environment, String start) {
    IssuedKey key = tenant.key().with("environment", environment).issue();
    assertThat(key.value()).startsWith(start);
  }

  @Test
  void endsTheKeyInAChecksum() {
    String key = tenant.key().issue().value();
    assertThat(key).endsWith(MadeUpKey.checksum(key.substring(0, key.length() - 6)));
  }

  @Test
  void issuesAPublishableKey() {
    IssuedKey key =
        tenant
            .key()
            .with("publishable", true)
            .with("restrictions", Map.of("referrers", List.of("https://app.example.com/*")))
            .issue();
    assertThat(key.value()).matches("pk_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{32}");
    assertThat(key.json().path("publishable").asBoolean()).isTrue();
  }

  @Test
  void refusesAnUnrestrictedPublishableKeyInProduction() {
    tenant.key().with("publishable", true).send().expectProblem(400, "VALIDATION_FAILED");
    tenant.key().with("publishable", true).with("environment", "development").issue();
  }

  @Test
  void appliesTheDefaultLimits() {
    JsonNode requests = tenant.key().issue().json().path("rate_limits").path("requests");
    assertThat(requests.path("per_minute").asInt()).isEqualTo(100);
    assertThat(requests.path("per_hour").asInt()).isEqualTo(1000);
    assertThat(requests.path("per_day").asInt()).isEqualTo(10000);
    assertThat(requests.path("per_second").asInt(0)).isZero();
  }

  @Test
  void replacesTheDefaultLimitsWhole() {
    JsonNode key = tenant.key().perMinute(7).issue().json();
    assertThat(key.path("rate_limit").asInt()).isEqualTo(7);
    JsonNode requests = key.path("rate_limits").path("requests");
    assertThat(requests.path("per_minute").asInt()).isEqualTo(7);
    assertThat(requests.path("per_hour").asInt(0)).isZero();
    assertThat(requests.path("per_day").asInt(0)).isZero();
  }

  @Test
  void takesTheSpellingOfThePlatformOverview() {
    JsonNode key =
        tenant
            .key()
            .with("rateLimit", Json.read("{\"requests\": {\"perMinute\": 30, \"perHour\": 90}}"))
            .issue()
            .json();
    assertThat(key.path("rate_limits").path("requests").path("per_minute").asInt()).isEqualTo(30);
    assertThat(key.path("rate_limits").path("requests").path("per_hour").asInt()).isEqualTo(90);
  }

  @Test
  void refusesARateLimitThatContradictsTheRateLimits() {
    tenant
        .key()
        .perMinute(100)
        .with("rate_limits", Json.read("{\"requests\": {\"per_minute\": 99}}"))
        .send()
        .expectProblem(400, "VALIDATION_FAILED");
  }

  @Test
  void convertsTimesToUtc() {
    JsonNode key = tenant.key().with("expires_at", "2099-06-01T12:00:00+02:00").issue().json();
    assertThat(key.path("expires_at").asText()).isEqualTo("2099-06-01T10:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"2020-01-01T00:00:00Z\"",
        "\"2099-06-01T12:00:00\"",
        "\"2099-06-01\"",
        "\"2099-02-30T12:00:00Z\"",
        "\"tomorrow\"",
        "4083955200",
        "\"+1000000000-12-31T23:59:59.999999999Z\"",
        "true"
      })
  void refusesAnExpiryThatIsNoTimeToCome(String expiry) {
    tenant.key().with("expires_at", Json.read(expiry)).send().expectInvalid("expires_at");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "\"   \"", "null", "17", "[]", "{}", "true"})
  void refusesANameThatIsNone(String name) {
    tenant.key().with("name", Json.read(name)).send().expectInvalid("name");
  }

  /** Who approves a key reads its name, and reads what is there. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "line\nbreak",
        "\u001b[31mred",
        "\u202Efdp.exe",
        "\u2066isolated\u2069",
        "two\u2028lines",
        "\u200B\u200B",
        "\u3000",
      })
  void refusesANameThatShowsSomethingElse(String name) {
    Answer refused = tenant.key().with("name", name).send();
    assertThat(refused.expectInvalid("name").body()).contains("direction of writing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"מפתח של ייצור", "مفتاح", "本番キー", "👩‍💻", "a\u200Dz", "=1+1", "<b>", "é"})
  void takesANameInAnyScript(String name) {
    assertThat(tenant.key().with("name", name).send().expect(201).text("/name")).isEqualTo(name);
  }

  @Test
  void takesANameOfAHundredCharactersAndNoMore() {
    tenant.key().with("name", "n".repeat(100)).issue();
    tenant.key().with("name", "n".repeat(101)).send().expectInvalid("name");
    tenant.key().with("name", "\uD83D\uDD11".repeat(50)).issue();
    Answer emoji = tenant.key().with("name", "\uD83D\uDD11".repeat(60)).send();
    assertThat(emoji.expectInvalid("name").body()).contains("counted in UTF-16 units");
  }

  @Test
  void refusesABodyWithoutAName() {
    tenant.admin().post("/api/v1/api-keys", "{}").expectInvalid("name");
  }

  @Test
  void refusesAScopeThatNobodyNames() {
    Answer answer = tenant.key().scopes("agents:read", "unicorns:ride").send();
    answer.expectProblem(400, "VALIDATION_FAILED");
    assertThat(answer.json().path("errors").toString()).contains("scopes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"agents:re*", "*agents", "Agents:Read", "agents:", ":read", "agents read"})
  void refusesAScopeThatIsMalformed(String scope) {
    tenant.key().scopes(scope).send().expectProblem(400, "VALIDATION_FAILED");
  }

  @Test
  void takesAValueOfOnesOwnWhenNobodyGuessesIt() {
    String value = "Vq7x-Lm2_Rt9.Zk4w/" + Unique.name("Hp8y");
    Answer made = tenant.key().with("custom_key", value).send().expect(201);
    assertThat(made.text("/key")).isEqualTo(value);
    assertThat(made.text("/key_prefix")).isEqualTo("Vq7x-L");
    assertThat(tenant.gateway().code(value)).isEqualTo("VALID");
    tenant.server().anonymous().withKey(value).get("/api/v1/auth/me").expect(200);
    tenant.server().anonymous().as(value).get("/api/v1/auth/me").expect(200);
    tenant.key().with("custom_key", value).send().expectProblem(409, "CONFLICT");
    tenant.key().with("custom_key", "a".repeat(30)).send().expectInvalid("custom_key");
    tenant.key().with("custom_key", "short").send().expectInvalid("custom_key");
    tenant.key().with("custom_key", 7).send().expectInvalid("custom_key");
  }

  @Test
  void takesKeysOfAnotherSystemAsHashes() {
    String key = "legacy_" + Unique.name("k");
    String hash = sha256(key);
    Answer answer =
        tenant
            .admin()
            .post(
                "/api/v1/api-keys/import",
                Map.of(
                    "keys",
                    List.of(
                        Map.of("name", "old", "algorithm", "sha256", "hash", hash, "prefix", "leg"),
                        Map.of("name", "bad", "algorithm", "sha256", "hash", "zz"),
                        Map.of("name", "odd", "algorithm", "sha256", "hash", hash, "hue", 1))))
            .expect(200);
    assertThat(answer.text("/results/0/status")).isEqualTo("imported");
    assertThat(answer.text("/results/1/status")).isEqualTo("rejected");
    assertThat(answer.text("/results/2/error")).contains("hue");
    assertThat(tenant.gateway().code(key)).isEqualTo("VALID");
    assertThat(tenant.gateway().code(key)).isEqualTo("VALID");
    assertThat(
            tenant
                .admin()
                .post("/api/v1/api-keys/import", body(hash))
                .expect(200)
                .text("/results/0/status"))
        .isEqualTo("rejected");
    tenant.admin().post("/api/v1/api-keys/import", Map.of()).expectInvalid("keys");
    tenant.admin().post("/api/v1/api-keys/import", Map.of("keys", 5)).expectInvalid("keys");
  }

  private static Map<String, ?> body(String hash) {
    return Map.of("keys", List.of(Map.of("name", "i", "algorithm", "sha256", "hash", hash)));
  }

  @Test
  void anImportIsMadeOnceForEachIdempotencyKey() {
    String path = "/api/v1/api-keys/import";
    Map<String, ?> body = body(sha256(Unique.name("k")));
    Api once = tenant.admin().header("Idempotency-Key", Unique.name("import"));
    Answer first = once.post(path, body).expect(200);
    assertThat(first.text("/results/0/status")).isEqualTo("imported");
    assertThat(first.at("/replayed").isMissingNode()).isTrue();
    Answer again = once.post(path, body).expect(200);
    assertThat(again.at("/results")).isEqualTo(first.at("/results"));
    assertThat(again.at("/replayed").asBoolean()).isTrue();
    once.post(path, body(sha256(Unique.name("k")))).expectProblem(422, "IDEMPOTENCY_MISMATCH");
  }

  private static String sha256(String text) {
    try {
      return java.util.HexFormat.of()
          .formatHex(
              java.security.MessageDigest.getInstance("SHA-256")
                  .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void takesAnUnlimitedKeyFromAnAdministratorOnly() {
    tenant.key().unlimited().issue();
    tenant
        .key()
        .unlimited()
        .with("environment", "development")
        .sendBy(tenant.person("developer").api())
        .expectProblem(403, "FORBIDDEN");
  }

  @Test
  void grantsManagementScopesOnlyOutOfTheCreatorsOwn() {
    KeyDraft draft = tenant.key().scopes("audit:read").with("environment", "development");
    draft.sendBy(tenant.person("developer").api()).expectProblem(403, "FORBIDDEN");
    tenant
        .key()
        .scopes("keys:read")
        .with("environment", "development")
        .issueBy(tenant.person("developer").api());
  }

  @Test
  void letsADeveloperIssueADevelopmentKeyAndAskForAnyOther() {
    for (String role : List.of("developer", "manager")) {
      JsonNode key =
          tenant
              .key()
              .with("environment", "development")
              .scopes("agents:read")
              .issueBy(tenant.person(role).api())
              .json();
      assertThat(key.path("owner").asText()).isEqualTo(tenant.person(role).name());
      for (String environment : List.of("staging", "production")) {
        Answer request =
            tenant
                .key()
                .with("environment", environment)
                .sendBy(tenant.person(role).api())
                .expect(202);
        assertThat(request.text("/status")).isEqualTo("pending");
        assertThat(request.at("/key").isMissingNode()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auditor", "gateway"})
  void isForbiddenToRolesThatIssueNothing(String role) {
    tenant
        .key()
        .with("environment", "development")
        .sendBy(tenant.person(role).api())
        .expectProblem(403, "FORBIDDEN");
  }

  @Test
  void issuesForAnotherPersonOnlyWhenAnAdministratorAsks() {
    String developer = tenant.person("developer").name();
    JsonNode key = tenant.key().with("owner", developer).issue().json();
    assertThat(key.path("owner").asText()).isEqualTo(developer);
    assertThat(key.path("created_by").asText()).isEqualTo(tenant.person("admin").name());

    tenant
        .key()
        .with("environment", "development")
        .with("owner", tenant.person("manager").name())
        .sendBy(tenant.person("developer").api())
        .expectProblem(403, "FORBIDDEN");
  }

  @Test
  void refusesAnOwnerWhoIsUnknownInTheOrganization() {
    tenant.key().with("owner", Unique.name("nobody")).send().expectInvalid("owner");
    tenant.key().with("owner", "admin").send().expectInvalid("owner");
  }

  @Test
  void refusesReadOnlyFields() {
    for (String field : List.of("id", "key", "created_at", "usage_count", "organization_id")) {
      tenant.key().with(field, 1).send().expectInvalid(field);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "type,wizard",
    "environment,moon",
    "environment,PRODUCTION",
    "type,''",
    "environment,''"
  })
  void refusesAWordThatIsNoneOfTheList(String field, String word) {
    tenant.key().with(field, word).send().expectInvalid(field);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1.5", "\"100\"", "1e400", "99999999999999999999", "true"})
  void refusesARateLimitThatIsNoCount(String limit) {
    String body = "{\"name\": \"" + Unique.name("limit") + "\", \"rate_limit\": " + limit + "}";
    tenant.admin().post("/api/v1/api-keys", body).expectInvalid("rate_limit");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "203.0.113.0/33",
        "203.0.113.256",
        "203.0.113",
        "010.0.0.1",
        "0x7f.0.0.1",
        "2001:db8::/129",
        "localhost",
        "example.com",
        "",
        "203.0.113.0/24/8",
        "1.2.3.4-1.2.3.9",
        "*"
      })
  void refusesAnAddressThatIsNone(String range) {
    Answer answer =
        tenant
            .key()
            .with("restrictions", Map.of("ip", Map.of("allow", List.of("203.0.113.1", range))))
            .send()
            .expectProblem(400, "VALIDATION_FAILED");
    assertThat(answer.json().path("errors").toString()).contains("restrictions.ip.allow[1]");
  }

  @Test
  void refusesAReferrerPatternThatIsNone() {
    Answer answer =
        tenant
            .key()
            .with("restrictions", Map.of("referrers", List.of("https://exa mple.com/*")))
            .send()
            .expectProblem(400, "VALIDATION_FAILED");
    assertThat(answer.json().path("errors").toString()).contains("restrictions.referrers[0]");
  }

  @Test
  void namesAnUnknownField() {
    tenant.key().with("colour", "red").send().expectInvalid("colour");
  }

  @Test
  void refusesACallerWithoutACredential() {
    Answer answer = tenant.key().sendBy(tenant.server().anonymous());
    answer.expectProblem(401, "UNAUTHENTICATED");
    assertThat(answer.header("www-authenticate")).isPresent();
  }

  @Test
  void keepsManyKeysForOnePersonUnderOneName() {
    String name = Unique.name("same");
    assertThat(tenant.key().with("name", name).issue().id())
        .isNotEqualTo(tenant.key().with("name", name).issue().id());
  }

  @Test
  void holdsATypesLongestLife() {
    tenant
        .key()
        .with("type", "temporary")
        .with("expires_at", Instant.now().plus(Duration.ofHours(25)).toString())
        .send()
        .expectInvalid("expires_at");
    tenant
        .key()
        .with("type", "temporary")
        .with("expires_at", Instant.now().plus(Duration.ofHours(23)).toString())
        .issue();
  }
}
