package org.apikeys.web.plugin;

import static org.apikeys.plugins.testing.SourceJar.members;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apikeys.plugins.testing.SourceJar;
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

/** {@code /api/v1/plugins}: jars that are put beside a running server. */
@ExtendWith(SharedServer.class)
class PluginsIT {
  private static final String PLUGINS = "/api/v1/plugins";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Tenant tenant;
  private final Api operator;
  private final Path folder;

  PluginsIT(Tenant tenant) {
    this.tenant = tenant;
    operator = tenant.server().admin();
    folder = tenant.server().dataFolder().resolveSibling("plugins");
  }

  @Test
  void listsWhatCameWithTheSystem() {
    assertThat(operator.get(PLUGINS).expect(200).number("/size")).isEqualTo(10);
    Answer answer = operator.get(PLUGINS + "?size=200").expect(200);
    assertThat(Json.texts(answer.at("/plugins"), "id")).contains("dashboard", "platform", "studio");
    for (JsonNode plugin : answer.at("/plugins")) {
      if (plugin.path("id").asText().equals("studio")) {
        assertThat(plugin.path("state").asText()).isEqualTo("enabled");
        assertThat(plugin.path("source").asText()).isEqualTo("bundled");
        assertThat(plugin.path("version").asText()).isEqualTo("1.0.0");
        assertThat(Json.texts(plugin.path("scopes"), "name")).contains("agents:read");
        assertThat(plugin.path("nodes").size()).isPositive();
        assertThat(plugin.path("differs").asBoolean()).isFalse();
      }
    }
    assertThat(answer.number("/total")).isGreaterThanOrEqualTo(3);
    operator.get(PLUGINS + "?size=1&page=2").expect(200);
    operator.get(PLUGINS + "?state=odd").expectInvalid("state");
    operator.get(PLUGINS + "?size=0").expectInvalid("size");
  }

  @Test
  void isOpenToThoseWhoManagePluginsAndSwitchingToTheOperatorAlone() {
    tenant.server().anonymous().get(PLUGINS).expectProblem(401, "UNAUTHENTICATED");
    tenant.person("developer").api().get(PLUGINS).expectProblem(403, "FORBIDDEN");
    tenant.admin().get(PLUGINS).expect(200);
    tenant.admin().post(PLUGINS + "/studio/disable").expectProblem(403, "FORBIDDEN");
    operator.post(PLUGINS + "/nothing/enable").expectProblem(404, "NOT_FOUND");
    operator.get(PLUGINS + "/nothing").expectProblem(404, "NOT_FOUND");
    operator.get(PLUGINS + "/..%2F..%2Fetc").expectProblem(404, "NOT_FOUND");
  }

  @Test
  void takesAJarWhileItRunsAndFailsClosedWithoutIt() throws IOException {
    String id = Unique.name("acme");
    String scope = id + ":launch";
    Path jar = SourceJar.of("Acme", members(id, "1.0.0", scope)).in(folder, id + ".jar");
    awaitState(id, "enabled");
    IssuedKey key = tenant.key().scopes(scope, "agents:read").issue();
    assertThat(tenant.gateway().code(key, "scopes", scope)).isEqualTo("VALID");

    Answer disabled = operator.post(PLUGINS + "/" + id + "/disable").expect(200);
    assertThat(disabled.text("/state")).isEqualTo("disabled");
    assertThat(tenant.gateway().code(key, "scopes", scope)).isEqualTo("INSUFFICIENT_SCOPE");
    assertThat(tenant.gateway().code(key, "scopes", "agents:read")).isEqualTo("VALID");
    Answer permissions = tenant.admin().get(key.path() + "/effective-permissions").expect(200);
    assertThat(permissions.at("/warnings").toString()).contains(scope);
    assertThat(Json.texts(permissions.at("/scopes"), "scope")).containsExactly("agents:read");
    Answer list = tenant.admin().get("/api/v1/api-keys?q=" + key.name()).expect(200);
    assertThat(list.at("/api_keys/0/warnings").toString()).contains(scope);
    Answer read = tenant.admin().get(key.path()).expect(200);
    // as a client that sends back what it has read; the calls go on meanwhile
    tenant
        .admin()
        .put(
            key.path(),
            Json.object(
                "description", "Changed while the plugin is away",
                "scopes", Json.texts(read.at("/scopes")),
                "warnings", Json.texts(read.at("/warnings"))))
        .expect(200);
    tenant.key().scopes(scope).send().expectInvalid("scopes[0]");

    operator.post(PLUGINS + "/" + id + "/enable").expect(200);
    assertThat(tenant.gateway().code(key, "scopes", scope)).isEqualTo("VALID");
    operator.post(PLUGINS + "/" + id + "/reload").expect(200);
    assertThat(tenant.gateway().code(key, "scopes", scope)).isEqualTo("VALID");

    Files.delete(jar);
    Eventually.within(
        LIMIT,
        () ->
            assertThat(tenant.gateway().code(key, "scopes", scope))
                .isEqualTo("INSUFFICIENT_SCOPE"));
    operator.get(PLUGINS + "/" + id).expectProblem(404, "NOT_FOUND");
    Eventually.within(
        LIMIT,
        () -> {
          JsonNode events =
              operator.get("/api/v1/audit/events?size=50&target=plugin:" + id).at("/events");
          assertThat(Json.texts(events, "action"))
              .containsExactlyElementsOf(
                  List.of(
                      "plugin.disabled",
                      "plugin.reloaded",
                      "plugin.enabled",
                      "plugin.disabled",
                      "plugin.enabled"));
        });
  }

  private void awaitState(String id, String state) {
    Eventually.within(
        LIMIT,
        () ->
            assertThat(operator.get(PLUGINS + "/" + id).expect(200).text("/state"))
                .isEqualTo(state));
  }

  @Test
  void hasTheOpenApiPluginReadyForADocument() {
    // the plugin that comes with the system has no document here, so it names nothing
    JsonNode openapi = operator.get(PLUGINS + "/openapi").expect(200).json();
    assertThat(openapi.path("state").asText()).isEqualTo("enabled");
    assertThat(openapi.path("scopes").size()).isZero();
  }

  @Test
  void takesTheJarThatTheAuthorsGuideBuilds() throws IOException {
    Path built = Path.of("..", "plugins", "example", "target");
    try (Stream<Path> jars = Files.list(built)) {
      Path jar =
          jars.filter(file -> file.getFileName().toString().matches("apikeys-plugin-.*\\.jar"))
              .findFirst()
              .orElseThrow();
      Files.createDirectories(folder);
      Path part = Files.copy(jar, folder.resolve("example.part"));
      Path put = Files.move(part, folder.resolve("example.jar"));
      try {
        awaitState("example", "enabled");
        IssuedKey key = tenant.key().with("permission_sets", List.of("shop-support")).issue();
        assertThat(
                tenant
                    .gateway()
                    .code(key, "scopes", "orders:refund and orders:read", "method", "POST"))
            .isEqualTo("VALID");
        assertThat(tenant.gateway().code(key, "scopes", "orders:refund", "method", "GET"))
            .isEqualTo("INSUFFICIENT_SCOPE");
        assertThat(
                tenant
                    .gateway()
                    .verify(key, "scopes", "orders:refund", "method", "GET", "explain", true)
                    .path("checks")
                    .toString())
            .contains("plugin:example:posted-refunds", "the method is GET");
        assertThat(operator.get(PLUGINS + "/example").text("/decision_checks/0/name"))
            .isEqualTo("posted-refunds");
        assertThat(operator.get("/api/v1/api-keys/scopes").at("/resource_types").toString())
            .contains("shops/*");
        assertThat(operator.get("/api/v1/api-keys/types").expect(200).at("/types").toString())
            .contains("kiosk", "temporary");
        assertThat(operator.get("/api/v1/policies").at("/plugin_additions").toString())
            .contains("example-kiosks-for-real");
        tenant
            .key()
            .with("type", "kiosk")
            .with("restrictions", Map.of("ip", Map.of("allow", List.of("203.0.113.9"))))
            .send()
            .expectInvalid("metadata.shop");
        tenant.key().scopes("orders:read@shop/1").send().expectInvalid("scopes[0]");
        assertThat(tenant.gateway().code(key, "scopes", "orders:write"))
            .isEqualTo("INSUFFICIENT_SCOPE");
      } finally {
        Files.delete(put);
      }
    }
  }

  @Test
  void quarantinesABrokenJarAndSaysSo() throws IOException {
    String name = Unique.name("broken") + ".jar";
    Path jar = SourceJar.empty().entry("nothing.txt", "here").in(folder, name);
    try {
      Eventually.within(
          LIMIT,
          () -> {
            JsonNode quarantined =
                operator.get(PLUGINS + "?state=quarantined").expect(200).at("/plugins");
            assertThat(Json.texts(quarantined, "file")).contains(name);
          });
      JsonNode quarantined =
          operator.get(PLUGINS + "?state=quarantined").expect(200).at("/plugins");
      for (JsonNode plugin : quarantined) {
        assertThat(plugin.path("reason").asText()).isNotBlank();
      }
      Answer ready = tenant.server().anonymous().get("/health/ready").expect(200);
      assertThat(ready.body()).contains("degraded", name);
    } finally {
      Files.delete(jar);
    }
  }
}
