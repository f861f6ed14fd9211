package org.apikeys.plugins.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apikeys.api.plugin.PermissionPlugin;
import org.apikeys.api.plugin.PermissionSetDeclaration;
import org.apikeys.api.plugin.Risk;
import org.apikeys.api.plugin.ScopeDeclaration;
import org.apikeys.plugins.testing.PermissionPluginContract;
import org.junit.jupiter.api.Test;

class PlatformPluginTest implements PermissionPluginContract {

  @Override
  public PermissionPlugin testee() {
    return new PlatformPlugin();
  }

  @Test
  void offersTheThreeLevelsOfThePlatform() {
    assertThat(testee().permissionSets())
        .extracting(PermissionSetDeclaration::name)
        .containsExactly("full-access", "read-write", "read-only");
  }

  @Test
  void readsAndWritesUsersApplicationsAndData() {
    assertThat(set("read-only")).contains("users:read", "applications:read", "data:read");
    assertThat(set("read-write"))
        .containsAll(set("read-only"))
        .contains("users:write", "applications:write", "data:write", "data:export");
    assertThat(set("full-access")).containsExactlyElementsOf(names());
  }

  @Test
  void readOnlyHoldsOnlyScopesThatLook() {
    assertThat(set("read-only"))
        .containsExactlyInAnyOrder(
            "users:read",
            "users:analytics",
            "applications:read",
            "applications:monitor",
            "data:read",
            "data:analytics",
            "data:reports");
  }

  @Test
  void readWriteHandsOutNoRights() {
    List<String> dangerous =
        testee().scopes().stream()
            .filter(scope -> scope.risk() == Risk.HIGH)
            .map(ScopeDeclaration::name)
            .toList();

    assertThat(dangerous).contains("users:roles", "data:backup");
    assertThat(set("read-write")).doesNotContainAnyElementsOf(dangerous);
  }

  @Test
  void listsScopesAndNoPatterns() {
    assertThat(testee().permissionSets())
        .allSatisfy(set -> assertThat(names()).containsAll(set.scopes()));
  }

  private List<String> names() {
    return testee().scopes().stream().map(ScopeDeclaration::name).toList();
  }

  private List<String> set(String name) {
    return testee().permissionSets().stream()
        .filter(set -> set.name().equals(name))
        .findAny()
        .orElseThrow()
        .scopes();
  }
}
