package org.apikeys.permission;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.permission.Scope;
import org.apikeys.api.plugin.PermissionSetDeclaration;
import org.apikeys.api.plugin.Risk;
import org.apikeys.api.plugin.ScopeDeclaration;
import org.apikeys.plugin.LoadedPlugin;
import org.apikeys.plugin.Plugins;

/** Every scope and permission set that can be granted: the management API's and the plugins'. */
@ApplicationScoped
public class Catalogue {
  /** The name under which the management API's own scopes are shown as a plugin. */
  public static final String MANAGEMENT = "management";

  private static final String MANAGEMENT_VERSION = "1";

  private final Map<String, NamedScope> scopes = new TreeMap<>();
  private final Map<String, NamedSet> sets = new TreeMap<>();
  private final Map<String, String> versions = new HashMap<>();

  @Inject
  public Catalogue(Plugins plugins) {
    versions.put(MANAGEMENT, MANAGEMENT_VERSION);
    ManagementScope.DESCRIPTIONS.forEach(
        (name, description) ->
            scopes.put(name, new NamedScope(name, description, MANAGEMENT, risk(name))));
    for (LoadedPlugin plugin : plugins.loaded()) {
      versions.put(plugin.id(), plugin.version());
      for (ScopeDeclaration scope : plugin.scopes()) {
        scopes.put(
            scope.name(),
            new NamedScope(
                scope.name(),
                scope.description(),
                plugin.id(),
                scope.risk().name().toLowerCase(Locale.ROOT)));
      }
      for (PermissionSetDeclaration set : plugin.permissionSets()) {
        sets.putIfAbsent(
            set.name(), new NamedSet(set.name(), set.description(), plugin.id(), set.scopes()));
      }
    }
  }

  protected Catalogue() {}

  /** A scope as the catalogue shows it. */
  public record NamedScope(String name, String description, String plugin, String risk) {}

  /** A permission set as the catalogue shows it. */
  public record NamedSet(String name, String description, String plugin, List<String> scopes) {}

  /** All scopes by name. */
  public List<NamedScope> scopes() {
    return List.copyOf(scopes.values());
  }

  /** All permission sets by name. */
  public List<NamedSet> permissionSets() {
    return List.copyOf(sets.values());
  }

  public Optional<NamedSet> permissionSet(String name) {
    return Optional.ofNullable(sets.get(name));
  }

  /** The version of the plugin that names a scope or set. */
  public String versionOf(String plugin) {
    return versions.getOrDefault(plugin, "");
  }

  /** The named scopes that a granted scope or pattern comes to; none when nobody names it. */
  public List<NamedScope> matching(String granted) {
    Scope scope = Scope.parse(granted);
    if (!scope.isPattern()) {
      NamedScope named = scopes.get(granted);
      return named == null ? List.of() : List.of(named);
    }
    List<NamedScope> found = new ArrayList<>();
    for (NamedScope named : scopes.values()) {
      if (scope.covers(Scope.parse(named.name()))) {
        found.add(named);
      }
    }
    return found;
  }

  private static String risk(String managementScope) {
    boolean reading = managementScope.endsWith(":read") || managementScope.endsWith(":verify");
    return (reading ? Risk.LOW : Risk.HIGH).name().toLowerCase(Locale.ROOT);
  }
}
