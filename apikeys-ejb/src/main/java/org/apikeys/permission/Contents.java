package org.apikeys.permission;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.permission.Scope;
import org.apikeys.api.permission.ScopeGrant;
import org.apikeys.api.plugin.PermissionSetDeclaration;
import org.apikeys.api.plugin.PluginDependency;
import org.apikeys.api.plugin.Risk;
import org.apikeys.api.plugin.ScopeDeclaration;
import org.apikeys.permission.Catalogue.NamedScope;
import org.apikeys.permission.Catalogue.NamedSet;
import org.apikeys.plugin.LoadedPlugin;

/** The catalogue as it was compiled from plugins and sets; immutable. */
final class Contents {
  private static final String MANAGEMENT_VERSION = "1";

  private final List<LoadedPlugin> plugins;
  private final Map<String, NamedScope> scopes = new TreeMap<>();
  private final Map<String, Scope> parsed = new HashMap<>();
  private final Map<String, NamedSet> sets = new TreeMap<>();
  private final Map<String, Long> owners = new HashMap<>();
  private final Map<String, String> versions = new HashMap<>();

  /** For each plugin, the plugins whose scopes its sets may grant. */
  private final Map<String, Set<String>> reach = new HashMap<>();

  private Contents(List<LoadedPlugin> plugins) {
    this.plugins = plugins;
  }

  static Contents of(List<LoadedPlugin> plugins, Collection<MadeSet> made) {
    Contents contents = new Contents(plugins);
    contents.versions.put(Catalogue.MANAGEMENT, MANAGEMENT_VERSION);
    ManagementScope.DESCRIPTIONS.forEach(
        (name, description) ->
            contents.add(
                new NamedScope(
                    name, description, Catalogue.MANAGEMENT, managementRisk(name), List.of())));
    // a set that keys hold already keeps its meaning when a plugin brings another of its name
    made.forEach(contents::add);
    plugins.forEach(contents::add);
    return contents;
  }

  private void add(NamedScope scope) {
    scopes.put(scope.name(), scope);
    parsed.put(scope.name(), Scope.parse(scope.name()));
  }

  private void add(MadeSet set) {
    sets.put(
        set.name(), new NamedSet(set.name(), set.description(), Catalogue.CUSTOM, set.scopes()));
    owners.put(set.name(), set.organizationId());
    versions.merge(Catalogue.CUSTOM, "1", (one, other) -> one);
  }

  private void add(LoadedPlugin plugin) {
    versions.put(plugin.id(), plugin.version());
    Set<String> reached = new HashSet<>(Set.of(plugin.id()));
    plugin.dependencies().stream().map(PluginDependency::id).forEach(reached::add);
    reach.put(plugin.id(), reached);
    for (ScopeDeclaration scope : plugin.scopes()) {
      add(
          new NamedScope(
              scope.name(), scope.description(), plugin.id(), word(scope.risk()), scope.implies()));
    }
    for (PermissionSetDeclaration set : plugin.permissionSets()) {
      sets.putIfAbsent(
          set.name(), new NamedSet(set.name(), set.description(), plugin.id(), set.scopes()));
    }
  }

  private static String managementRisk(String scope) {
    return word(scope.endsWith(":read") || scope.endsWith(":verify") ? Risk.LOW : Risk.HIGH);
  }

  private static String word(Risk risk) {
    return risk.name().toLowerCase(Locale.ROOT);
  }

  List<LoadedPlugin> plugins() {
    return plugins;
  }

  List<NamedScope> scopes() {
    return List.copyOf(scopes.values());
  }

  Optional<NamedScope> scope(String name) {
    return Optional.ofNullable(scopes.get(name));
  }

  List<NamedSet> sets(long organizationId) {
    return sets.values().stream().filter(set -> isOffered(set.name(), organizationId)).toList();
  }

  Optional<NamedSet> set(String name) {
    return Optional.ofNullable(sets.get(name));
  }

  boolean isOffered(String set, long organizationId) {
    Long owner = owners.get(set);
    return sets.containsKey(set) && (owner == null || owner == organizationId);
  }

  String versionOf(String plugin) {
    return versions.getOrDefault(plugin, "");
  }

  List<NamedScope> matching(String granted) {
    Scope scope = ScopeGrant.parse(granted).scope();
    if (!scope.isPattern()) {
      return Optional.ofNullable(scopes.get(scope.toString())).stream().toList();
    }
    List<NamedScope> found = new ArrayList<>();
    parsed.forEach(
        (name, one) -> {
          if (scope.covers(one)) {
            scope(name).ifPresent(found::add);
          }
        });
    return found;
  }

  List<NamedScope> matchingOf(NamedSet set, String granted) {
    Set<String> reached = reach.get(set.plugin());
    if (reached == null) {
      return matching(granted);
    }
    return matching(granted).stream().filter(scope -> reached.contains(scope.plugin())).toList();
  }
}
