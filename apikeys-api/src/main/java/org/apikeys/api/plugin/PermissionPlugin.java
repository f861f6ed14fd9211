package org.apikeys.api.plugin;

import java.util.List;

/**
 * A plugin module: it names scopes and offers permission sets. An implementation is found by {@link
 * java.util.ServiceLoader}, so it has a public constructor without parameters and an entry in
 * {@code META-INF/services/org.apikeys.api.plugin.PermissionPlugin}.
 *
 * <p>All methods are called once, when the plugin is loaded; they answer constants, touch no
 * network or file, and never throw.
 */
public interface PermissionPlugin {

  /** The version of this contract: a plugin that needs another major version is not loaded. */
  int API_VERSION = 1;

  /** Identifies the plugin among all that are loaded: lower-case letters, digits and {@code -}. */
  String id();

  /** The plugin's own version, for example {@code 1.0.0}. */
  String version();

  /** The {@link #API_VERSION} that the plugin was written for. */
  default int apiVersion() {
    return API_VERSION;
  }

  /** One sentence for administrators. */
  String description();

  /** The scopes that this plugin names. No two plugins name the same scope. */
  List<ScopeDeclaration> scopes();

  /** The permission sets that it offers; empty by default. */
  default List<PermissionSetDeclaration> permissionSets() {
    return List.of();
  }
}
