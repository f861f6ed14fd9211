package org.apikeys.plugins.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import org.apikeys.api.plugin.PermissionPlugin;
import org.apikeys.api.plugin.Risk;
import org.apikeys.api.plugin.ScopeDeclaration;
import org.apikeys.plugins.testing.PermissionPluginContract;
import org.junit.jupiter.api.Test;

class DashboardPluginTest implements PermissionPluginContract {

  @Override
  public PermissionPlugin testee() {
    return new DashboardPlugin();
  }

  @Test
  void namesTheFourPermissionsOfTheDashboard() {
    assertThat(testee().scopes())
        .extracting(ScopeDeclaration::name)
        .containsExactly("read", "write", "delete", "admin");
  }

  @Test
  void onlyAdministrativeAccessIsOfHighRisk() {
    assertThat(testee().scopes())
        .filteredOn(scope -> scope.risk() == Risk.HIGH)
        .extracting(ScopeDeclaration::name)
        .containsExactly("admin");
  }
}
