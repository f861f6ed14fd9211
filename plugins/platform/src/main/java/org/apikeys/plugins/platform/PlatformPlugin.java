package org.apikeys.plugins.platform;

import static org.apikeys.api.plugin.Risk.HIGH;
import static org.apikeys.api.plugin.Risk.LOW;
import static org.apikeys.api.plugin.Risk.MEDIUM;

import java.util.List;
import org.apikeys.api.plugin.PermissionPlugin;
import org.apikeys.api.plugin.PermissionSetDeclaration;
import org.apikeys.api.plugin.Risk;
import org.apikeys.api.plugin.ScopeDeclaration;

/**
 * The resource-level access of seed 001 and its permission levels. A scope of low risk only looks;
 * one of high risk hands out rights, reaches past an application's own rules, or takes everything
 * away at once.
 */
public final class PlatformPlugin implements PermissionPlugin {
  private static final List<ScopeDeclaration> SCOPES =
      List.of(
          new ScopeDeclaration("users:read", "View users", LOW),
          new ScopeDeclaration("users:write", "Create and modify users", MEDIUM),
          new ScopeDeclaration("users:profiles", "Manage the profiles of users", MEDIUM),
          new ScopeDeclaration("users:roles", "Assign roles to users", HIGH),
          new ScopeDeclaration("users:access", "Control what users may reach", HIGH),
          new ScopeDeclaration("users:analytics", "View user analytics", LOW),
          new ScopeDeclaration("applications:read", "View applications", LOW),
          new ScopeDeclaration("applications:write", "Create and modify applications", MEDIUM),
          new ScopeDeclaration("applications:deploy", "Deploy applications", MEDIUM),
          new ScopeDeclaration("applications:configure", "Configure applications", MEDIUM),
          new ScopeDeclaration(
              "applications:monitor", "Monitor the performance of applications", LOW),
          new ScopeDeclaration("applications:logs", "Read the logs of applications", MEDIUM),
          new ScopeDeclaration("applications:manage", "Manage resources of applications", HIGH),
          new ScopeDeclaration("data:read", "Read data", LOW),
          new ScopeDeclaration("data:write", "Create and modify data", MEDIUM),
          new ScopeDeclaration("data:database", "Run operations on the database", HIGH),
          new ScopeDeclaration("data:files", "Read and write files", MEDIUM),
          new ScopeDeclaration("data:export", "Export data", MEDIUM),
          new ScopeDeclaration("data:analytics", "View analytics data", LOW),
          new ScopeDeclaration("data:reports", "Generate and view reports", LOW),
          new ScopeDeclaration("data:backup", "Back up and restore data", HIGH));

  // The sets list their scopes: a pattern users:* would reach users:manage of the management API.
  private static final List<PermissionSetDeclaration> SETS =
      List.of(
          new PermissionSetDeclaration(
              "full-access",
              "Everything: data, administration, users and configuration",
              upTo(HIGH)),
          new PermissionSetDeclaration(
              "read-write",
              "Reads and changes, deploys and exports; hands out no rights",
              upTo(MEDIUM)),
          new PermissionSetDeclaration(
              "read-only", "Reads data, reports and metrics; changes nothing", upTo(LOW)));

  @Override
  public String id() {
    return "platform";
  }

  @Override
  public String version() {
    return "1.0.0";
  }

  @Override
  public String description() {
    return "Users, applications and data of the platform, with its permission levels.";
  }

  @Override
  public List<ScopeDeclaration> scopes() {
    return SCOPES;
  }

  @Override
  public List<PermissionSetDeclaration> permissionSets() {
    return SETS;
  }

  private static List<String> upTo(Risk highest) {
    return SCOPES.stream()
        .filter(scope -> scope.risk().compareTo(highest) <= 0)
        .map(ScopeDeclaration::name)
        .toList();
  }
}
