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
import org.apikeys.api.plugin.ResourceTypeDeclaration;
import org.apikeys.api.plugin.Risk;
import org.apikeys.api.plugin.ScopeDeclaration;
import org.apikeys.api.plugin.WantedKey;
import org.apikeys.api.problem.FieldError;
import org.apikeys.permission.Catalogue.NamedKeyType;
import org.apikeys.permission.Catalogue.NamedPolicy;
import org.apikeys.permission.Catalogue.NamedResource;
import org.apikeys.permission.Catalogue.NamedScope;
import org.apikeys.permission.Catalogue.NamedSet;
import org.apikeys.plugin.Brought;
import org.apikeys.plugin.LoadedPlugin;
import org.apikeys.plugin.PluginCheck;
import org.apikeys.plugin.PluginValidator;

/** The catalogue as it was compiled from plugins and sets; immutable. */
final class Contents {
  private static final String MANAGEMENT_VERSION = "1";

  private final List<LoadedPlugin> plugins;
  private final Map<String, NamedScope> scopes = new TreeMap<>();
  private final Map<String, Scope> parsed = new HashMap<>();
  private final Map<String, NamedSet> sets = new TreeMap<>();

  /** By the organization whose administrators have made them. */
  private final Map<Long, Map<String, NamedSet>> madeSets = new HashMap<>();

  private final Map<String, String> versions = new HashMap<>();

  private final Map<String, NamedResource> resourceTypes = new TreeMap<>();
  private final List<NamedKeyType> keyTypes = new ArrayList<>();
  private final List<NamedPolicy> policyDefaults = new ArrayList<>();
  private final List<PluginCheck> checks = new ArrayList<>();

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
    made.forEach(contents::add);
    plugins.forEach(contents::add);
    return contents;
  }

  private void add(NamedScope scope) {
    scopes.put(scope.name(), scope);
    parsed.put(scope.name(), Scope.parse(scope.name()));
  }

  private void add(MadeSet set) {
    madeSets
        .computeIfAbsent(set.organizationId(), organization -> new HashMap<>())
        .put(
            set.name(),
            new NamedSet(set.name(), set.description(), Catalogue.CUSTOM, set.scopes()));
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
    for (ResourceTypeDeclaration type : plugin.brought().resourceTypes()) {
      resourceTypes.put(
          type.name(),
          new NamedResource(
              type.name(),
              type.description(),
              plugin.id(),
              type.names(),
              type.ignoresCase(),
              type.scopes()));
    }
    Brought brought = plugin.brought();
    brought.keyTypes().forEach(type -> keyTypes.add(new NamedKeyType(type, plugin.id())));
    brought.policyDefaults().forEach(one -> policyDefaults.add(new NamedPolicy(one, plugin.id())));
    checks.addAll(brought.checks());
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

  List<NamedResource> resourceTypes() {
    return List.copyOf(resourceTypes.values());
  }

  List<NamedResource> resourceTypesOf(String scope) {
    if (resourceTypes.isEmpty()) {
      return List.of();
    }
    return resourceTypes.values().stream().filter(type -> type.scopes().contains(scope)).toList();
  }

  List<NamedKeyType> keyTypes() {
    return List.copyOf(keyTypes);
  }

  List<NamedPolicy> policyDefaults() {
    return List.copyOf(policyDefaults);
  }

  /** Asks the plugins whose type the key is of, or whose scopes it would hold. */
  List<FieldError> objections(WantedKey key) {
    List<FieldError> objections = new ArrayList<>();
    for (LoadedPlugin plugin : plugins) {
      PluginValidator validator = plugin.brought().validator();
      if (validator != null && isConcerned(plugin, key)) {
        objections.addAll(validator.validate(key));
      }
    }
    return objections;
  }

  private boolean isConcerned(LoadedPlugin plugin, WantedKey key) {
    return plugin.brought().keyTypes().stream().anyMatch(type -> type.name().equals(key.type()))
        || key.scopes().stream()
            .map(held -> scopes.get(Grants.name(held)))
            .anyMatch(scope -> scope != null && scope.plugin().equals(plugin.id()));
  }

  List<PluginCheck> checksOf(Scope scope) {
    if (checks.isEmpty()) {
      return List.of();
    }
    return checks.stream().filter(check -> check.concerns(scope)).toList();
  }

  List<NamedScope> scopes() {
    return List.copyOf(scopes.values());
  }

  Optional<NamedScope> scope(String name) {
    return Optional.ofNullable(scopes.get(name));
  }

  List<NamedSet> sets(long organizationId) {
    Map<String, NamedSet> offered = new TreeMap<>(sets);
    offered.putAll(madeSets.getOrDefault(organizationId, Map.of()));
    return List.copyOf(offered.values());
  }

  /** A set that keys hold already keeps its meaning when a plugin brings another of its name. */
  Optional<NamedSet> set(String name, long organizationId) {
    NamedSet own = madeSets.getOrDefault(organizationId, Map.of()).get(name);
    return Optional.ofNullable(own).or(() -> setOfPlugin(name));
  }

  Optional<NamedSet> setOfPlugin(String name) {
    return Optional.ofNullable(sets.get(name));
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
