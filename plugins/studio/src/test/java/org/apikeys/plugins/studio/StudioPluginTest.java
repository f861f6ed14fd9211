package org.apikeys.plugins.studio;

import static org.assertj.core.api.Assertions.assertThat;

import org.apikeys.api.plugin.PermissionPlugin;
import org.apikeys.api.plugin.Risk;
import org.apikeys.api.plugin.ScopeDeclaration;
import org.apikeys.plugins.testing.PermissionPluginContract;
import org.junit.jupiter.api.Test;

class StudioPluginTest implements PermissionPluginContract {

  @Override
  public PermissionPlugin testee() {
    return new StudioPlugin();
  }

  @Test
  void namesTheNineScopesOfTheStudio() {
    assertThat(testee().scopes())
        .extracting(ScopeDeclaration::name)
        .containsExactly(
            "agents:read",
            "agents:write",
            "deployments:read",
            "deployments:write",
            "metrics:read",
            "pipelines:read",
            "pipelines:write",
            "gateways:read",
            "gateways:write");
  }

  @Test
  void readingIsOfLowRiskAndWritingOfMediumRisk() {
    assertThat(testee().scopes())
        .allSatisfy(
            scope ->
                assertThat(scope.risk())
                    .isEqualTo(scope.name().endsWith(":read") ? Risk.LOW : Risk.MEDIUM));
  }
}
