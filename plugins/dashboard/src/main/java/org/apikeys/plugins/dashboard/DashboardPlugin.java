package org.apikeys.plugins.dashboard;

import static org.apikeys.api.plugin.Risk.HIGH;
import static org.apikeys.api.plugin.Risk.LOW;
import static org.apikeys.api.plugin.Risk.MEDIUM;

import java.util.List;
import org.apikeys.api.plugin.PermissionPlugin;
import org.apikeys.api.plugin.ScopeDeclaration;

/** The permissions of seed 004, with its words. */
public final class DashboardPlugin implements PermissionPlugin {
  private static final List<ScopeDeclaration> SCOPES =
      List.of(
          new ScopeDeclaration("read", "Read access", LOW),
          new ScopeDeclaration("write", "Write access", MEDIUM),
          new ScopeDeclaration("delete", "Delete access", MEDIUM),
          new ScopeDeclaration("admin", "Administrative access", HIGH));

  @Override
  public String id() {
    return "dashboard";
  }

  @Override
  public String version() {
    return "1.0.0";
  }

  @Override
  public String description() {
    return "The four permissions of keys that the dashboard manages.";
  }

  @Override
  public List<ScopeDeclaration> scopes() {
    return SCOPES;
  }
}
