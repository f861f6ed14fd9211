package org.apikeys.plugin;

import java.util.List;
import java.util.regex.Pattern;
import org.apikeys.api.plugin.PermissionPlugin;
import org.apikeys.api.plugin.PermissionSetDeclaration;
import org.apikeys.api.plugin.ScopeDeclaration;

/** What a plugin said of itself when it was loaded; its code is not asked again. */
public record LoadedPlugin(
    String id,
    String version,
    String description,
    List<ScopeDeclaration> scopes,
    List<PermissionSetDeclaration> permissionSets) {
  private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]{1,49}");

  public LoadedPlugin {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("a plugin's id is 2 to 50 of a-z, 0-9 and '-'");
    }
    scopes = List.copyOf(scopes);
    permissionSets = List.copyOf(permissionSets);
  }

  static LoadedPlugin of(PermissionPlugin plugin) {
    if (plugin.apiVersion() != PermissionPlugin.API_VERSION) {
      throw new IllegalArgumentException(
          plugin.id() + " needs version " + plugin.apiVersion() + " of the plugin contract");
    }
    return new LoadedPlugin(
        plugin.id(),
        plugin.version(),
        plugin.description(),
        plugin.scopes(),
        plugin.permissionSets());
  }
}
