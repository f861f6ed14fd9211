package org.apikeys.web.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code /api/keys}: seed 004. */
@ExtendWith(SharedServer.class)
class DashboardDialectIT {
  private static final String KEYS = "/api/keys";

  private final Tenant tenant;

  DashboardDialectIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void speaksAsTheSeedDoes() {
    Tenant own = tenant.server().newTenant();
    UnaryOperator<String> known = GoldenExchange.of("dashboard/life.json", Map.of()).with(own);
    assertThat(own.gateway().code(known.apply("key"), "scopes", "read")).isEqualTo("REVOKED");
  }

  @Test
  void wrapsEveryErrorInItsOwnEnvelope() {
    GoldenExchange.of("dashboard/errors.json", Map.of()).with(tenant);
  }

  @Test
  void opensARequestWherePolicyAsksForAnApproval() {
    var developer = tenant.newPerson("developer");
    String request =
        GoldenExchange.of("dashboard/approval.json", Map.of())
            .with(name -> developer.api())
            .apply("requestId");
    String path = "/api/v1/key-requests/" + request;
    Answer asked = developer.api().get(path).expect(200);
    tenant
        .person("manager")
        .api()
        .post(path + "/approve", Json.object("digest", asked.text("/digest")))
        .expect(200);
    Answer claimed = developer.api().post(path + "/claim").expect(200);
    assertThat(tenant.gateway().code(claimed.text("/key"), "scopes", "read")).isEqualTo("VALID");
  }

  private Answer create(String name, String... permissions) {
    return tenant
        .admin()
        .post(KEYS, Json.object("name", name, "permissions", List.of(permissions)))
        .expect(201);
  }

  @Test
  void namesThePermissionThatIsNone() {
    for (String wrong : List.of("null", "\"\"", "\"fly\"")) {
      Answer answer =
          tenant
              .admin()
              .post(KEYS, "{\"name\": \"a\", \"permissions\": [\"read\", " + wrong + "]}")
              .expect(400);
      assertThat(answer.text("/error")).startsWith("permissions[1]: ");
    }
  }

  @Test
  void issuesAPublishableKeyThatHoldsItsPermissions() {
    Answer made = create(Unique.name("dash"), "read", "admin");
    assertThat(made.requireHeader("cache-control")).contains("no-store");
    String key = made.text("/data/key");
    assertThat(tenant.gateway().code(key, "scopes", "read and admin")).isEqualTo("VALID");
    assertThat(tenant.gateway().code(key, "scopes", "write")).isEqualTo("INSUFFICIENT_SCOPE");
    tenant
        .admin()
        .put(KEYS, Json.object("id", made.number("/data/id"), "permissions", List.of("write")))
        .expect(200);
    assertThat(tenant.gateway().code(key, "scopes", "write")).isEqualTo("VALID");
    assertThat(tenant.gateway().code(key, "scopes", "read")).isEqualTo("INSUFFICIENT_SCOPE");
    Eventually.within(
        Duration.ofSeconds(20),
        () -> {
          JsonNode shown = listed(made.number("/data/id"));
          assertThat(shown.path("lastUsed").asText()).isNotEqualTo("Never");
          // the day may end between the call and this line
          LocalDate used = LocalDate.parse(shown.path("lastUsed").asText());
          LocalDate today = LocalDate.now(ZoneOffset.UTC);
          assertThat(used).isBetween(today.minusDays(1), today);
        });
  }

  private JsonNode listed(long id) {
    for (JsonNode key : tenant.admin().get(KEYS).expect(200).at("/data")) {
      if (key.path("id").asLong() == id) {
        return key;
      }
    }
    throw new AssertionError("key " + id + " is not in the list");
  }

  @Test
  void isSeenNativelyAsUnrestrictedAndCanBeChangedThere() {
    long id = create(Unique.name("dash"), "read").number("/data/id");
    String path = "/api/v1/api-keys/" + id;
    Answer seen = tenant.admin().get(path).expect(200);
    assertThat(seen.at("/unrestricted").asBoolean()).isTrue();
    assertThat(seen.at("/publishable").asBoolean()).isTrue();
    assertThat(seen.text("/environment")).isEqualTo("production");
    tenant.admin().put(path, Json.object("description", "Changed natively")).expect(200);
    assertThat(listed(id).path("description").asText()).isEqualTo("Changed natively");
    tenant.key().with("publishable", true).send().expectInvalid("restrictions");
  }

  @Test
  void seesWhatWasMadeNativelyMaskedWhereItCantBeShown() {
    IssuedKey key = tenant.key().scopes("agents:read", "read").issue();
    JsonNode shown = listed(key.id());
    assertThat(shown.path("key").asText()).isEqualTo(key.json().path("key_prefix").asText() + "…");
    assertThat(Json.texts(shown.path("permissions"))).containsExactly("read");
    tenant
        .admin()
        .put(KEYS, Json.object("id", key.id(), "permissions", List.of("read", "write")))
        .expect(200);
    JsonNode scopes = tenant.admin().get(key.path()).expect(200).at("/scopes");
    assertThat(Json.texts(scopes)).containsExactlyInAnyOrder("agents:read", "read", "write");
  }

  @Test
  void showsWholeKeysToThoseWhoMayRevealAndRecordsIt() {
    String name = Unique.name("revealed");
    Answer made = create(name, "read");
    assertThat(listed(made.number("/data/id")).path("key").asText())
        .isEqualTo(made.text("/data/key"));
    Eventually.within(
        Duration.ofSeconds(20),
        () -> assertThat(tenant.recorded(name)).contains("key.revealed", "key.created"));
  }

  @Test
  void keepsOrganizationsAndDevelopersApart() {
    Answer made = create(Unique.name("dash"), "read");
    Tenant other = tenant.server().newTenant();
    assertThat(other.admin().get(KEYS).expect(200).at("/data").size()).isZero();
    other.admin().delete(KEYS + "?id=" + made.number("/data/id")).expect(404);
    var developer = tenant.newPerson("developer");
    assertThat(developer.api().get(KEYS).expect(200).at("/data").size()).isZero();
    developer
        .api()
        .put(KEYS, Json.object("id", made.number("/data/id"), "name", "mine"))
        .expect(404);
  }

  @Test
  void goesThroughPages() {
    Tenant own = tenant.server().newTenant();
    for (int i = 0; i < 3; i++) {
      own.admin().post(KEYS, Json.object("name", "k" + i)).expect(201);
    }
    Answer page = own.admin().get(KEYS + "?page=2&size=2").expect(200);
    assertThat(page.requireHeader("x-total-count")).isEqualTo("3");
    assertThat(Json.texts(page.at("/data"), "name")).containsExactly("k0");
  }

  @Test
  void makesOneKeyOfAnOrderThatIsRepeated() {
    Api retrying = tenant.admin().header("Idempotency-Key", Unique.name("retry"));
    Map<String, ?> order = Map.of("name", Unique.name("once"), "permissions", List.of("read"));
    Answer first = retrying.post(KEYS, order).expect(201);
    Answer second = retrying.post(KEYS, order).expect(201);
    assertThat(second.number("/data/id")).isEqualTo(first.number("/data/id"));
    assertThat(second.at("/data/key").isNull()).isTrue();
    assertThat(second.at("/replayed").asBoolean()).isTrue();
    assertThat(second.body()).doesNotContain(first.text("/data/key"));
    Answer other = retrying.post(KEYS, Map.of("name", "another")).expect(422);
    assertThat(other.at("/success").asBoolean(true)).isFalse();
    assertThat(other.text("/error")).contains("Idempotency-Key");
  }

  @Test
  void namesItsOwnFieldWhenNobodyNamesThePermissions() {
    Answer made = create(Unique.name("dash"), "read");
    Api operator = tenant.server().admin();
    operator.post("/api/v1/plugins/dashboard/disable").expect(200);
    try {
      Answer refused =
          tenant
              .admin()
              .post(KEYS, Map.of("name", "none", "permissions", List.of("read", "write")))
              .expect(400);
      assertThat(refused.text("/error")).startsWith("permissions: ").doesNotContain("scopes[");
      Answer change =
          tenant
              .admin()
              .put(
                  KEYS,
                  Json.object(
                      "id", made.number("/data/id"), "permissions", List.of("read", "write")))
              .expect(400);
      assertThat(change.text("/error")).startsWith("permissions: ");
    } finally {
      operator.post("/api/v1/plugins/dashboard/enable").expect(200);
    }
  }
}
