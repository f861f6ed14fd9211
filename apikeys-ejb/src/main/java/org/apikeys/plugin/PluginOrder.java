package org.apikeys.plugin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apikeys.api.permission.Scope;
import org.apikeys.api.plugin.KeyTypeDeclaration;
import org.apikeys.api.plugin.PermissionSetDeclaration;
import org.apikeys.api.plugin.PluginDependency;
import org.apikeys.api.plugin.ResourceTypeDeclaration;
import org.apikeys.api.plugin.ScopeDeclaration;

/**
 * Which of the plugins that were loaded count: one for each id, scope and set, the first that came,
 * and only those whose dependencies count.
 */
final class PluginOrder {
  private final Map<String, String> owners = new HashMap<>();
  private final Map<String, PluginStatus> byPlace = new HashMap<>();
  private final Set<String> disabled;

  private PluginOrder(Set<String> disabled) {
    this.disabled = disabled;
  }

  /**
   * Decides.
   *
   * @param found what was loaded, in the order of precedence
   * @param disabled ids that administrators have switched off; they keep what they name
   */
  static List<PluginStatus> of(List<PluginStatus> found, Set<String> disabled) {
    PluginOrder order = new PluginOrder(disabled);
    found.forEach(plugin -> order.byPlace.put(plugin.place(), order.claimed(plugin)));
    boolean again = true;
    while (again) {
      again = order.dropOneWithoutItsNeeds();
    }
    return found.stream().map(plugin -> order.status(plugin.place())).toList();
  }

  private PluginStatus status(String place) {
    PluginStatus status = byPlace.get(place);
    if (status == null) {
      throw new IllegalStateException(place);
    }
    return status;
  }

  private PluginStatus claimed(PluginStatus status) {
    LoadedPlugin plugin = status.plugin();
    if (plugin == null) {
      return status;
    }
    List<String> names = new ArrayList<>(List.of("plugin " + plugin.id()));
    plugin.scopes().stream().map(ScopeDeclaration::name).map("scope "::concat).forEach(names::add);
    plugin.permissionSets().stream()
        .map(PermissionSetDeclaration::name)
        .map("set "::concat)
        .forEach(names::add);
    plugin.brought().resourceTypes().stream()
        .map(ResourceTypeDeclaration::name)
        .map("resource type "::concat)
        .forEach(names::add);
    plugin.brought().keyTypes().stream()
        .map(KeyTypeDeclaration::name)
        .map("key type "::concat)
        .forEach(names::add);
    for (String name : names) {
      String owner = owners.get(name);
      if (owner != null) {
        return status.quarantined("the " + name + " is taken by the plugin of " + owner);
      }
    }
    names.forEach(name -> owners.put(name, status.place()));
    return disabled.contains(plugin.id()) ? status.disabled() : status;
  }

  private boolean dropOneWithoutItsNeeds() {
    Map<String, LoadedPlugin> enabled = enabled();
    for (PluginStatus status : byPlace.values()) {
      LoadedPlugin plugin = status.plugin();
      if (plugin != null && status.state() == PluginState.ENABLED) {
        String missing = missing(plugin, enabled);
        if (missing != null) {
          byPlace.put(status.place(), status.quarantined(missing));
          return true;
        }
      }
    }
    return false;
  }

  private Map<String, LoadedPlugin> enabled() {
    Map<String, LoadedPlugin> enabled = new HashMap<>();
    for (PluginStatus status : byPlace.values()) {
      if (status.plugin() != null && status.state() == PluginState.ENABLED) {
        enabled.put(status.plugin().id(), status.plugin());
      }
    }
    return enabled;
  }

  private static @org.jspecify.annotations.Nullable String missing(
      LoadedPlugin plugin, Map<String, LoadedPlugin> enabled) {
    List<Scope> named = new ArrayList<>();
    plugin.scopes().forEach(scope -> named.add(Scope.parse(scope.name())));
    for (PluginDependency needed : plugin.dependencies()) {
      LoadedPlugin other = enabled.get(needed.id());
      if (other == null) {
        return "it needs the plugin " + needed.id() + ", which is not there or not enabled";
      }
      if (compare(other.version(), needed.atLeast()) < 0) {
        return "it needs the plugin "
            + (needed.id() + " " + needed.atLeast() + ", and there is " + other.version());
      }
      other.scopes().forEach(scope -> named.add(Scope.parse(scope.name())));
    }
    for (PermissionSetDeclaration set : plugin.permissionSets()) {
      for (String grant : set.scopes()) {
        if (named.stream().noneMatch(Scope.parse(grant)::covers)) {
          return "its set "
              + (set.name() + " grants " + grant)
              + ", which neither it nor a plugin that it needs names";
        }
      }
    }
    return null;
  }

  /** Compares the numbers of two versions; what stands behind {@code -} does not count. */
  static int compare(String one, String other) {
    String[] left = one.split("-", 2)[0].split("\\.", -1);
    String[] right = other.split("-", 2)[0].split("\\.", -1);
    for (int i = 0; i < 3; i++) {
      int difference = Integer.compare(Integer.parseInt(left[i]), Integer.parseInt(right[i]));
      if (difference != 0) {
        return difference;
      }
    }
    return 0;
  }
}
