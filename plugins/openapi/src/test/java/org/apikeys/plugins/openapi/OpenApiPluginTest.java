package org.apikeys.plugins.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.Optional;
import org.apikeys.api.permission.HeldScopes;
import org.apikeys.api.plugin.PermissionPlugin;
import org.apikeys.api.plugin.PermissionSetDeclaration;
import org.apikeys.api.plugin.PluginSettings;
import org.apikeys.api.plugin.Risk;
import org.apikeys.api.plugin.ScopeDeclaration;
import org.apikeys.plugins.testing.PermissionPluginContract;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenApiPluginTest implements PermissionPluginContract {
  private final Path folder;
  private final Path document;

  OpenApiPluginTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    document = folder.resolve("pets.yaml");
    try (InputStream pets = OpenApiPluginTest.class.getResourceAsStream("pets.yaml")) {
      Files.copy(Objects.requireNonNull(pets), document, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public PermissionPlugin testee() {
    return started(document);
  }

  private static OpenApiPlugin started(Path document) {
    OpenApiPlugin plugin = new OpenApiPlugin();
    plugin.start(
        name -> name.equals("document") ? Optional.of(document.toString()) : Optional.empty());
    return plugin;
  }

  @Test
  void makesAScopeOfEveryOperationAndTag() {
    assertThat(testee().scopes())
        .extracting(ScopeDeclaration::name)
        .containsExactly(
            "api:get:pets",
            "api:post:pets",
            "api:get:pets.petid",
            "api:delete:pets.petid",
            "api:get:root",
            "api:tag:pets",
            "api:tag:writing");
    assertThat(testee().scopes())
        .filteredOn(scope -> scope.name().equals("api:tag:writing"))
        .singleElement()
        .satisfies(
            scope -> {
              assertThat(scope.implies()).containsExactly("api:post:pets", "api:delete:pets.petid");
              assertThat(scope.risk()).isEqualTo(Risk.HIGH);
            });
    assertThat(testee().scopes().get(0).description()).isEqualTo("List pets (GET /pets)");
  }

  @Test
  void offersWhatOnlyLooksAndAll() {
    PermissionSetDeclaration read = testee().permissionSets().get(0);
    assertThat(read.name()).isEqualTo("api-read");
    HeldScopes held = HeldScopes.of(read.scopes());
    assertThat(held.holds("api:get:pets.petid")).isTrue();
    assertThat(held.holds("api:delete:pets.petid")).isFalse();
    assertThat(testee().permissionSets()).hasSize(2);
  }

  @Test
  void watchesItsDocument() {
    assertThat(testee().watchedFiles()).containsExactly(document.toAbsolutePath());
  }

  @Test
  void namesNothingWithoutADocument() {
    OpenApiPlugin plugin = new OpenApiPlugin();
    plugin.start(PluginSettings.NONE);
    assertThat(plugin.scopes()).isEmpty();
    assertThat(plugin.permissionSets()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"a.json | {", "b.yaml | [1, 2]", "c.json | {\"openapi\": \"2.0\"}", "d.json | []"})
  void refusesWhatIsNoDocument(String name, String content) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    assertThatThrownBy(() -> started(file)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> started(folder.resolve("nowhere.json")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keepsLongPathsApart() throws IOException {
    String longPath = "/a".repeat(80);
    Path file =
        Files.writeString(
            folder.resolve("long.json"),
            ("{\"openapi\": \"3.1.0\", \"paths\": {\"%s/x\": {\"get\": {}},"
                    + " \"%s/y\": {\"get\": {}}}}")
                .formatted(longPath, longPath));
    assertThat(started(file).scopes()).hasSize(2);
  }
}
