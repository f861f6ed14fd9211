package org.apikeys.web.permission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code /api/v1/permission-sets}, and scopes that are granted on resources. */
@ExtendWith(SharedServer.class)
class PermissionSetsIT {
  private static final String SETS = "/api/v1/permission-sets";

  private final Tenant tenant;

  PermissionSetsIT(Tenant tenant) {
    this.tenant = tenant;
  }

  private Answer create(String name, String... scopes) {
    return tenant
        .admin()
        .post(
            SETS,
            Json.object("name", name, "description", "For a test", "scopes", List.of(scopes)));
  }

  @Test
  void makesASetThatKeysHoldAndFollow() {
    String name = Unique.name("support");
    Answer made = create(name, "agents:read", "deployments:*").expect(201);
    String path = SETS + "/" + made.number("/id");
    assertThat(made.requireHeader("location")).endsWith(path);
    IssuedKey key = tenant.key().with("permission_sets", List.of(name)).issue();
    assertThat(tenant.gateway().code(key, "scopes", "deployments:write")).isEqualTo("VALID");
    JsonNode shown =
        tenant.admin().get("/api/v1/api-keys/scopes").expect(200).at("/permission_sets");
    assertThat(Json.texts(shown, "name")).contains(name, "read-only");

    Answer touched = tenant.admin().get(path + "/keys").expect(200);
    assertThat(touched.number("/total")).isEqualTo(1);
    assertThat(touched.text("/keys/0/name")).isEqualTo(key.name());
    Answer read = tenant.admin().get(path).expect(200);
    assertThat(read.number("/keys_touched")).isEqualTo(1);

    String stale = read.requireHeader("etag");
    tenant.admin().put(path, Json.object("scopes", List.of("agents:read"))).expect(200);
    assertThat(tenant.gateway().code(key, "scopes", "deployments:write"))
        .isEqualTo("INSUFFICIENT_SCOPE");
    assertThat(tenant.gateway().code(key, "scopes", "agents:read")).isEqualTo("VALID");
    tenant
        .admin()
        .header("If-Match", stale)
        .put(path, Json.object("description", "Late"))
        .expectProblem(412, "PRECONDITION_FAILED");
    JsonNode history = tenant.admin().get(path + "/versions?size=200").expect(200).json();
    assertThat(history.path("total").asInt()).isEqualTo(2);
    JsonNode versions = history.path("versions");
    assertThat(versions.size()).isEqualTo(2);
    assertThat(Json.texts(versions.path(1).path("scopes"))).contains("deployments:*");

    tenant.admin().delete(path).expect(200);
    tenant.admin().get(path).expectProblem(404, "NOT_FOUND");
    assertThat(tenant.gateway().code(key, "scopes", "agents:read")).isEqualTo("INSUFFICIENT_SCOPE");
    assertThat(
            tenant
                .admin()
                .get(key.path() + "/effective-permissions")
                .expect(200)
                .at("/warnings")
                .toString())
        .contains(name);
    Eventually.within(
        Duration.ofSeconds(20),
        () ->
            assertThat(tenant.recorded(name))
                .containsExactly(
                    "permission_set.deleted", "permission_set.updated", "permission_set.created"));
  }

  @Test
  void grantsNothingAgainUnderTheNameOfASetThatWasDeleted() {
    String name = Unique.name("support");
    String path = SETS + "/" + create(name, "agents:read").expect(201).number("/id");
    IssuedKey key = tenant.key().with("permission_sets", List.of(name)).issue();
    tenant.admin().delete(path).expect(200);

    Answer refused = create(name, "agents:read", "users:read").expectProblem(409, "CONFLICT");
    assertThat(refused.text("/detail")).contains("1 key (" + key.keyId() + ")", name);
    assertThat(tenant.gateway().code(key, "scopes", "agents:read")).isEqualTo("INSUFFICIENT_SCOPE");
    tenant.admin().put(key.path(), Json.object("permission_sets", List.of())).expect(200);
    create(name, "agents:read").expect(201);
    assertThat(tenant.gateway().code(key, "scopes", "agents:read")).isEqualTo("INSUFFICIENT_SCOPE");
  }

  @Test
  void refusesWhatIsNoSet() {
    create("Support", "agents:read").expectInvalid("name");
    create(Unique.name("set")).expectInvalid("scopes");
    create(Unique.name("set"), "nobody:names").expectInvalid("scopes[0]");
    create(Unique.name("set"), "agents:*x").expectInvalid("scopes[0]");
    create(Unique.name("set"), "keys:read@projects/42").expectInvalid("scopes[0]");
    create("read-only", "agents:read").expectProblem(409, "CONFLICT");
    tenant
        .admin()
        .post(SETS, Json.object("name", Unique.name("set"), "scopes", List.of("agents:read")))
        .expectInvalid("description");
    tenant.admin().post(SETS, Json.object("colour", "red")).expectInvalid("colour");
    tenant.admin().get(SETS + "/abc").expectProblem(404, "NOT_FOUND");
    String name = Unique.name("set");
    long id = create(name, "agents:read").expect(201).number("/id");
    create(name, "agents:read").expectProblem(409, "CONFLICT");
    tenant.admin().put(SETS + "/" + id, Json.object("name", "other")).expectInvalid("name");
  }

  @Test
  void hasANameThatAnotherOrganizationGivesToo() {
    Tenant other = tenant.server().newTenant();
    String name = Unique.name("set");
    create(name, "agents:read").expect(201);
    IssuedKey ours = tenant.key().with("permission_sets", List.of(name)).issue();
    other.key().with("permission_sets", List.of(name)).send().expectInvalid("permission_sets[0]");
    other
        .admin()
        .post(
            SETS,
            Json.object("name", name, "description", "Theirs", "scopes", List.of("users:read")))
        .expect(201);
    IssuedKey theirs = other.key().with("permission_sets", List.of(name)).issue();

    assertThat(tenant.gateway().code(ours, "scopes", "agents:read")).isEqualTo("VALID");
    assertThat(tenant.gateway().code(ours, "scopes", "users:read")).isEqualTo("INSUFFICIENT_SCOPE");
    assertThat(other.gateway().code(theirs, "scopes", "users:read")).isEqualTo("VALID");
    assertThat(other.gateway().code(theirs, "scopes", "agents:read"))
        .isEqualTo("INSUFFICIENT_SCOPE");
    assertThat(scopes(tenant, ours)).containsExactly("agents:read");
    assertThat(scopes(other, theirs)).containsExactly("users:read");
  }

  private static List<String> scopes(Tenant of, IssuedKey key) {
    Answer answer = of.admin().get(key.path() + "/effective-permissions").expect(200);
    return Json.texts(answer.at("/scopes"), "scope");
  }

  @Test
  void isTheOrganizationsOwn() {
    String name = Unique.name("set");
    long id = create(name, "agents:read").expect(201).number("/id");
    Tenant other = tenant.server().newTenant();
    other.admin().get(SETS + "/" + id).expectProblem(404, "NOT_FOUND");
    other.admin().delete(SETS + "/" + id).expectProblem(404, "NOT_FOUND");
    other.key().with("permission_sets", List.of(name)).send().expectInvalid("permission_sets[0]");
    assertThat(
            Json.texts(
                other.admin().get("/api/v1/api-keys/scopes").expect(200).at("/permission_sets"),
                "name"))
        .doesNotContain(name);
    tenant
        .person("developer")
        .api()
        .post(SETS, Json.object("name", Unique.name("set")))
        .expectProblem(403, "FORBIDDEN");
    tenant.person("developer").api().get(SETS).expect(200);
  }

  @Test
  void grantsScopesOnResources() {
    IssuedKey key = tenant.key().scopes("deployments:write@projects/42/*", "agents:read").issue();
    var gateway = tenant.gateway();
    String needed = "deployments:write";
    assertThat(gateway.code(key, "scopes", needed, "resource", "projects/42/deployments/7"))
        .isEqualTo("VALID");
    assertThat(gateway.code(key, "scopes", needed, "resource", "projects/43/deployments/7"))
        .isEqualTo("INSUFFICIENT_SCOPE");
    assertThat(gateway.code(key, "scopes", needed, "resource", "projects/42"))
        .isEqualTo("INSUFFICIENT_SCOPE");
    assertThat(gateway.code(key, "scopes", needed)).isEqualTo("INSUFFICIENT_SCOPE");
    assertThat(gateway.code(key, "scopes", needed, "resource", "projects/42/*"))
        .isEqualTo("INSUFFICIENT_SCOPE");
    assertThat(gateway.code(key, "scopes", "agents:read", "resource", "projects/43/x"))
        .isEqualTo("VALID");
    assertThat(
            gateway.code(
                key, "scopes", "agents:read and not deployments:write", "resource", "projects/1/x"))
        .isEqualTo("VALID");
    JsonNode held =
        tenant.admin().get(key.path() + "/effective-permissions").expect(200).at("/scopes");
    assertThat(Json.texts(held, "scope")).containsExactly("agents:read", needed);
    assertThat(held.path(1).path("resource").asText()).isEqualTo("projects/42/*");
    tenant.key().scopes("deployments:write@projects//x").send().expectInvalid("scopes[0]");
    tenant.key().scopes("keys:read@projects/42").send().expectInvalid("scopes[0]");
    JsonNode listed =
        tenant.admin().get("/api/v1/api-keys?scope=" + needed).expect(200).at("/api_keys");
    assertThat(Json.texts(listed, "name")).contains(key.name());
  }
}
