package org.apikeys.plugins.studio;

import static org.apikeys.api.plugin.Risk.LOW;
import static org.apikeys.api.plugin.Risk.MEDIUM;

import java.util.List;
import org.apikeys.api.plugin.PermissionPlugin;
import org.apikeys.api.plugin.ScopeDeclaration;

/** The scopes of seed 003, with its words. */
public final class StudioPlugin implements PermissionPlugin {
  private static final List<ScopeDeclaration> SCOPES =
      List.of(
          new ScopeDeclaration("agents:read", "View agents", LOW),
          new ScopeDeclaration("agents:write", "Create/update/delete agents", MEDIUM),
          new ScopeDeclaration("deployments:read", "View deployments", LOW),
          new ScopeDeclaration("deployments:write", "Create/manage deployments", MEDIUM),
          new ScopeDeclaration("metrics:read", "View metrics", LOW),
          new ScopeDeclaration("pipelines:read", "View pipelines", LOW),
          new ScopeDeclaration("pipelines:write", "Create/manage pipelines", MEDIUM),
          new ScopeDeclaration("gateways:read", "View gateways", LOW),
          new ScopeDeclaration("gateways:write", "Manage gateways", MEDIUM));

  @Override
  public String id() {
    return "studio";
  }

  @Override
  public String version() {
    return "1.0.0";
  }

  @Override
  public String description() {
    return "Agents, deployments, metrics, pipelines and gateways of the studio.";
  }

  @Override
  public List<ScopeDeclaration> scopes() {
    return SCOPES;
  }
}
