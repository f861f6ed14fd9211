package org.apikeys.web.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code /api/v1/configuration}: from one organization into another. */
@ExtendWith(SharedServer.class)
class ConfigurationIT {
  private static final String CONFIGURATION = "/api/v1/configuration";
  private static final Map<String, Object> POLICIES =
      Map.of("policies", List.of(Map.of("name", "everything", "automatic", true)));

  private final Tenant tenant;

  ConfigurationIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void writesOutWhatWasSetAndRestoresItElsewhere() {
    Tenant from = tenant.server().newTenant();
    String set = Unique.name("set");
    from.admin()
        .post(
            "/api/v1/permission-sets",
            Json.object("name", set, "description", "d", "scopes", List.of("agents:read")))
        .expect(201);
    from.admin().put("/api/v1/policies", POLICIES).expect(200);
    Answer hook =
        from.admin()
            .post(
                "/api/v1/webhooks",
                Json.object(
                    "url", "https://hooks.example.com/in", "events", List.of("key.created")))
            .expect(201);
    Answer out = from.admin().get(CONFIGURATION).expect(200);
    assertThat(out.body()).contains(set, "everything", "https://hooks.example.com/in");
    assertThat(out.body()).doesNotContain("whsec_", hook.text("/secret"));
    assertThat(out.at("/organizations").isMissingNode()).isTrue();

    // the same again changes nothing
    JsonNode again = restored(from.admin().put(CONFIGURATION, out.json()));
    assertThat(Json.texts(again, "outcome")).containsOnly("unchanged").hasSize(3);

    // names are an organization's own, so that the document goes into another as it is
    JsonNode document = out.json();
    Tenant to = tenant.server().newTenant();
    Answer tried = to.admin().put(CONFIGURATION + "?dry_run=true", document).expect(200);
    assertThat(tried.at("/dry_run").asBoolean()).isTrue();
    assertThat(Json.texts(tried.at("/results"), "outcome")).containsOnly("created").hasSize(3);
    assertThat(to.admin().get("/api/v1/permission-sets").at("/total").asInt()).isZero();
    assertThat(to.admin().get("/api/v1/policies").number("/version")).isZero();

    Answer done = to.admin().put(CONFIGURATION, document).expect(200);
    assertThat(done.requireHeader("cache-control")).contains("no-store");
    assertThat(done.body()).contains("whsec_");
    assertThat(to.admin().get("/api/v1/policies").body()).contains("everything");
    assertThat(to.key().with("permission_sets", List.of(set)).issue().name()).isNotBlank();
    Answer events = to.admin().get("/api/v1/audit/events?size=50").expect(200);
    assertThat(Json.texts(events.at("/events"), "action"))
        .contains("permission_set.created", "policy.created", "webhook.created");
  }

  @Test
  void changesNothingWhenAPartIsWrong() {
    Tenant to = tenant.server().newTenant();
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("format_version", 1);
    document.put("policies", POLICIES);
    document.put(
        "permission_sets",
        List.of(
            Map.of(
                "name",
                "fine-" + Unique.name("x"),
                "description",
                "d",
                "scopes",
                List.of("agents:read")),
            Map.of("name", "Not Fine", "description", "d", "scopes", List.of("agents:read")),
            Map.of(
                "name", "unknown-scope", "description", "d", "scopes", List.of("nobody:knows"))));
    document.put("webhooks", List.of(Map.of("url", "http://127.0.0.1/", "events", List.of("*"))));
    Api admin = to.admin();
    Answer tried = admin.put(CONFIGURATION + "?dry_run=true", document).expect(200);
    assertThat(Json.texts(tried.at("/results"), "outcome"))
        .containsExactly("created", "rejected", "rejected", "created", "rejected");
    assertThat(tried.text("/results/1/field")).isEqualTo("permission_sets[1].name");
    admin
        .put(CONFIGURATION, document)
        .expectInvalid("permission_sets[1].name")
        .expectInvalid("permission_sets[2].scopes[0]")
        .expectInvalid("webhooks[0].url");
    assertThat(admin.get("/api/v1/policies").number("/version")).isZero();
    assertThat(admin.get("/api/v1/permission-sets").at("/total").asInt()).isZero();
  }

  @Test
  void isReadStrictlyAndByAdministratorsAlone() {
    Api admin = tenant.server().newTenant().admin();
    admin.put(CONFIGURATION, Map.of()).expectInvalid("format_version");
    admin.put(CONFIGURATION, Map.of("format_version", 2)).expectInvalid("format_version");
    admin
        .put(CONFIGURATION, Map.of("format_version", 1, "secrets", List.of()))
        .expectInvalid("secrets");
    admin
        .put(
            CONFIGURATION,
            Map.of("format_version", 1, "organizations", List.of(Map.of("name", "x"))))
        .expectInvalid("organizations[0]");
    admin
        .put(CONFIGURATION, Map.of("format_version", 1, "retention", Map.of("audit", "P1Y")))
        .expectInvalid("retention");
    String stale = admin.get(CONFIGURATION).requireHeader("etag");
    admin.put("/api/v1/policies", POLICIES).expect(200);
    admin
        .header("If-Match", stale)
        .put(CONFIGURATION, Map.of("format_version", 1))
        .expectProblem(412, "PRECONDITION_FAILED");
    tenant.person("manager").api().get(CONFIGURATION).expectProblem(403, "FORBIDDEN");
    tenant.server().anonymous().get(CONFIGURATION).expectProblem(401, "UNAUTHENTICATED");
  }

  @Test
  void showsTheOperatorWhatIsTheWholeInstallations() {
    Answer out = tenant.server().admin().get(CONFIGURATION).expect(200);
    assertThat(Json.texts(out.at("/organizations"), "name")).isNotEmpty();
    assertThat(out.at("/retention/usage").asText()).startsWith("P");
    Answer tried =
        tenant
            .server()
            .admin()
            .put(
                CONFIGURATION + "?dry_run=true",
                Map.of("format_version", 1, "retention", Map.of("usage", "soon")))
            .expect(200);
    assertThat(tried.text("/results/0/field")).isEqualTo("retention.usage");
  }

  private static JsonNode restored(Answer answer) {
    return answer.expect(200).at("/results");
  }
}
