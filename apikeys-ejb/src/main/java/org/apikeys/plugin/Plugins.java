package org.apikeys.plugin;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.plugin.PermissionPlugin;
import org.apikeys.api.plugin.ScopeDeclaration;

/**
 * The plugin modules of this server, loaded once. A plugin whose id or scope is taken, or that was
 * written for another version of the contract, is left out whole and said so in the log: its scopes
 * then grant nothing.
 */
@ApplicationScoped
public class Plugins {
  private static final System.Logger LOG = System.getLogger(Plugins.class.getName());

  private final List<LoadedPlugin> loaded;

  public Plugins() {
    this(ServiceLoader.load(PermissionPlugin.class, Plugins.class.getClassLoader()));
  }

  Plugins(Iterable<PermissionPlugin> found) {
    loaded = load(found);
  }

  /** What is loaded, by id. */
  public List<LoadedPlugin> loaded() {
    return loaded;
  }

  private static List<LoadedPlugin> load(Iterable<PermissionPlugin> found) {
    Map<String, LoadedPlugin> byId = new HashMap<>();
    Set<String> scopes = new HashSet<>(ManagementScope.DESCRIPTIONS.keySet());
    var each = found.iterator();
    while (true) {
      try {
        if (!each.hasNext()) {
          break;
        }
        LoadedPlugin plugin = LoadedPlugin.of(each.next());
        requireFree(plugin, byId, scopes);
        plugin.scopes().forEach(scope -> scopes.add(scope.name()));
        byId.put(plugin.id(), plugin);
      } catch (RuntimeException | ServiceConfigurationError | LinkageError e) {
        LOG.log(System.Logger.Level.ERROR, "A plugin was left out: {0}", e.getMessage());
      }
    }
    List<LoadedPlugin> plugins = new ArrayList<>(byId.values());
    plugins.sort((a, b) -> a.id().compareTo(b.id()));
    return List.copyOf(plugins);
  }

  private static void requireFree(
      LoadedPlugin plugin, Map<String, LoadedPlugin> byId, Set<String> scopes) {
    if (byId.containsKey(plugin.id())) {
      throw new IllegalArgumentException("two plugins call themselves " + plugin.id());
    }
    for (ScopeDeclaration scope : plugin.scopes()) {
      if (scopes.contains(scope.name())) {
        throw new IllegalArgumentException(
            plugin.id() + " names the scope " + scope.name() + ", which is named already");
      }
    }
  }
}
