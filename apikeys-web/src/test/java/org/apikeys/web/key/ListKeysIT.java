package org.apikeys.web.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code GET /api/v1/api-keys}. */
@ExtendWith(SharedServer.class)
class ListKeysIT {
  private static final String KEYS = "/api/v1/api-keys";

  private final Tenant tenant;

  ListKeysIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void listsTenKeysAPageNewestFirst() {
    String tag = Unique.name("tag");
    List<Long> issued = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      issued.add(tenant.key().with("tags", List.of(tag)).issue().id());
    }
    issued.sort(Comparator.reverseOrder());

    Answer first = tenant.admin().get(KEYS + "?tag=" + tag).expect(200);
    assertThat(first.number("/total")).isEqualTo(12);
    assertThat(first.number("/page")).isEqualTo(1);
    assertThat(first.number("/size")).isEqualTo(10);
    assertThat(ids(first)).isEqualTo(issued.subList(0, 10));

    Answer second = tenant.admin().get(KEYS + "?tag=" + tag + "&page=2&size=10").expect(200);
    assertThat(ids(second)).isEqualTo(issued.subList(10, 12));
    assertThat(second.number("/page")).isEqualTo(2);

    Answer beyond = tenant.admin().get(KEYS + "?tag=" + tag + "&page=3").expect(200);
    assertThat(ids(beyond)).isEmpty();
    assertThat(beyond.number("/total")).isEqualTo(12);
  }

  @Test
  void showsEveryFieldAndNoSecret() {
    IssuedKey key = tenant.key().scopes("agents:read").issue();
    Answer answer = tenant.admin().get(KEYS + "?size=200").expect(200);
    assertThat(answer.body()).doesNotContain(key.value());
    JsonNode shown = find(answer, key.id());
    assertThat(shown.path("key").isMissingNode() || shown.path("key").isNull()).isTrue();
    assertThat(Json.names(shown))
        .contains(
            "id",
            "key_id",
            "name",
            "description",
            "key_prefix",
            "type",
            "environment",
            "scopes",
            "organization_id",
            "is_active",
            "status",
            "owner",
            "created_by",
            "created_at",
            "updated_at",
            "last_used",
            "last_used_at",
            "usage_count",
            "denied_count",
            "expires_at",
            "rate_limit",
            "tags",
            "metadata")
        .doesNotContain("hash", "key_hash", "digest", "usage");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "page=0",
        "page=-1",
        "page=x",
        "page=1.5",
        "page=99999999999999999999",
        "size=0",
        "size=201",
        "size=-1",
        "size=ten"
      })
  void refusesAPageOutsideTheRange(String query) {
    tenant.admin().get(KEYS + "?" + query).expectInvalid(query.substring(0, query.indexOf('=')));
  }

  @Test
  void takesTheLargestPage() {
    assertThat(tenant.admin().get(KEYS + "?size=200").expect(200).number("/size")).isEqualTo(200);
    tenant.admin().get(KEYS + "?page=100000").expect(200);
  }

  @Test
  void filtersByStatus() {
    IssuedKey active = tenant.key().issue();
    IssuedKey inactive = tenant.key().issue();
    IssuedKey revoked = tenant.key().issue();
    tenant.admin().put(inactive.path(), Map.of("is_active", false)).expect(200);
    tenant.admin().delete(revoked.path()).expect(200);

    assertThat(ids(list("status=active")))
        .contains(active.id())
        .doesNotContain(inactive.id(), revoked.id());
    assertThat(ids(list("status=inactive"))).contains(inactive.id()).doesNotContain(active.id());
    assertThat(ids(list("status=revoked"))).contains(revoked.id()).doesNotContain(active.id());
    list("status=active")
        .at("/api_keys")
        .forEach(key -> assertThat(key.path("status").asText()).isEqualTo("active"));
  }

  @Test
  void filtersByWhatAKeyIs() {
    String owner = tenant.person("manager").name();
    String tag = Unique.name("here");
    IssuedKey key =
        tenant
            .key()
            .with("environment", "staging")
            .with("type", "automation")
            .with("owner", owner)
            .with("tags", List.of("x", tag))
            .scopes("pipelines:read")
            .issue();
    IssuedKey other = tenant.key().issue();
    for (String query :
        List.of(
            "environment=staging",
            "type=automation",
            "owner=" + owner,
            "scope=pipelines:read",
            "tag=" + tag,
            "environment=staging&type=automation&owner=" + owner + "&tag=" + tag)) {
      assertThat(ids(list(query))).as(query).contains(key.id()).doesNotContain(other.id());
    }
    assertThat(ids(list("tag=" + tag + "&type=service"))).isEmpty();
  }

  @Test
  void searchesNamesLiterally() {
    String word = Unique.name("Needle");
    IssuedKey key = tenant.key().with("name", "a " + word + " b").issue();
    assertThat(ids(list("q=" + word))).containsExactly(key.id());
    assertThat(ids(list("q=" + word.toLowerCase(Locale.ROOT)))).containsExactly(key.id());
    assertThat(ids(list("q=%25" + word + "%25"))).isEmpty();
    assertThat(ids(list("q=%27%20OR%201=1--"))).isEmpty();
    assertThat(ids(list("q=_______________________________________________"))).isEmpty();
  }

  @Test
  void sorts() {
    String tag = Unique.name("sorted");
    IssuedKey b = tenant.key().with("name", "b").with("tags", List.of(tag)).issue();
    IssuedKey a = tenant.key().with("name", "a").with("tags", List.of(tag)).issue();
    IssuedKey c = tenant.key().with("name", "c").with("tags", List.of(tag)).issue();
    String query = "tag=" + tag + "&sort=";
    assertThat(ids(list(query + "name"))).containsExactly(a.id(), b.id(), c.id());
    assertThat(ids(list(query + "-name"))).containsExactly(c.id(), b.id(), a.id());
    assertThat(ids(list(query + "id"))).containsExactly(b.id(), a.id(), c.id());
    assertThat(ids(list(query + "-id"))).containsExactly(c.id(), a.id(), b.id());
    assertThat(ids(list(query + "created_at"))).containsExactly(b.id(), a.id(), c.id());
    assertThat(ids(list(query + "-created_at"))).containsExactly(c.id(), a.id(), b.id());

    tenant.gateway().verify(a);
    tenant.gateway().verify(a);
    tenant.gateway().verify(c);
    Eventually.within(
        Duration.ofSeconds(3),
        () -> {
          assertThat(ids(list(query + "-usage_count"))).containsExactly(a.id(), c.id(), b.id());
          assertThat(ids(list(query + "-last_used"))).startsWith(c.id(), a.id());
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sort=colour",
        "sort=--name",
        "sort=name;drop",
        "status=sleeping",
        "environment=moon"
      })
  void refusesAFilterThatIsNone(String query) {
    tenant.admin().get(KEYS + "?" + query).expectInvalid(query.substring(0, query.indexOf('=')));
  }

  @Test
  void showsADeveloperOnlyTheirOwn() {
    IssuedKey adminsKey = tenant.key().issue();
    IssuedKey own =
        tenant.key().with("environment", "development").issueBy(tenant.person("developer").api());
    Answer seen = tenant.person("developer").api().get(KEYS + "?size=200").expect(200);
    assertThat(ids(seen)).contains(own.id()).doesNotContain(adminsKey.id());
    seen.at("/api_keys")
        .forEach(
            key ->
                assertThat(key.path("owner").asText())
                    .isEqualTo(tenant.person("developer").name()));
    for (String role : List.of("manager", "auditor", "admin")) {
      assertThat(ids(tenant.person(role).api().get(KEYS + "?size=200").expect(200)))
          .as(role)
          .contains(own.id(), adminsKey.id());
    }
  }

  @Test
  void isForbiddenToAGatewayAndClosedToStrangers() {
    tenant.person("gateway").api().get(KEYS).expectProblem(403, "FORBIDDEN");
    tenant.server().anonymous().get(KEYS).expectProblem(401, "UNAUTHENTICATED");
  }

  private Answer list(String query) {
    return tenant.admin().get(KEYS + "?size=200&" + query).expect(200);
  }

  private static List<Long> ids(Answer list) {
    List<Long> ids = new ArrayList<>();
    list.at("/api_keys").forEach(key -> ids.add(key.path("id").asLong()));
    return ids;
  }

  private static JsonNode find(Answer list, long id) {
    for (JsonNode key : list.at("/api_keys")) {
      if (key.path("id").asLong() == id) {
        return key;
      }
    }
    throw new AssertionError("key " + id + " is not in " + list);
  }
}
