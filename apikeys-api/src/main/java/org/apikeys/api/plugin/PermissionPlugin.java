package org.apikeys.api.plugin;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A plugin module: it names scopes and offers permission sets. It has a public constructor without
 * parameters and an entry in {@code META-INF/services/org.apikeys.api.plugin.PermissionPlugin}, as
 * {@link java.util.ServiceLoader} wants it; a jar holds one plugin.
 *
 * <p>When the plugin is loaded it is made and {@link #start started}; then every other method is
 * called once, by one thread. They answer constants and never throw. A plugin that throws, or takes
 * longer than the operator allows (five seconds if nothing else is set), is quarantined: nothing of
 * it counts, and the reason is shown to the administrators.
 *
 * <p>Of what the plugin hands over only {@link DecisionCheck} and {@link RequestValidator} are code
 * that is called later. A plugin that has neither costs nothing while calls are decided about.
 *
 * <p>This contract grows by methods with a default, so that a plugin that was compiled against an
 * older one goes on working. What a plugin brings is gone with it: disabled, quarantined or taken
 * out, its scopes grant nothing from the next decision on, its sets and types can't be ordered, and
 * all of it is back when it comes back.
 *
 * <p>A plugin of the plugin folder sees this contract and the JDK, and nothing else of the system.
 */
public interface PermissionPlugin {

  /** The version of this contract: a plugin that needs another major version is not loaded. */
  int API_VERSION = 1;

  /** Identifies the plugin among all that are loaded: lower-case letters, digits and {@code -}. */
  String id();

  /** The plugin's own version: three numbers such as {@code 1.0.0}, and {@code -beta} perhaps. */
  String version();

  /** The {@link #API_VERSION} that the plugin was written for. */
  default int apiVersion() {
    return API_VERSION;
  }

  /**
   * Hands over what the operator has set for this plugin. Here, and nowhere else, a plugin may read
   * a file that a setting names. Does nothing by default.
   */
  default void start(PluginSettings settings) {}

  /** The plugins that this one needs; none by default. */
  default List<PluginDependency> dependencies() {
    return List.of();
  }

  /**
   * The files that it was made from: when one changes, the plugin is loaded anew. Asked for after a
   * {@link #start} that failed too, so that a file that could not be read is read when it changes.
   */
  default List<Path> watchedFiles() {
    return List.of();
  }

  /** One sentence of at most 200 characters for administrators. */
  String description();

  /** The scopes that this plugin names. No two plugins name the same scope. */
  List<ScopeDeclaration> scopes();

  /**
   * The permission sets that it offers; empty by default. They grant scopes of this plugin and of
   * those that it needs, and none of the management API.
   */
  default List<PermissionSetDeclaration> permissionSets() {
    return List.of();
  }

  /** The kinds of resources that its scopes are granted on; none by default. At most 100. */
  default List<ResourceTypeDeclaration> resourceTypes() {
    return List.of();
  }

  /** The key types that it brings; none by default. At most 50. */
  default List<KeyTypeDeclaration> keyTypes() {
    return List.of();
  }

  /**
   * Approvals that keys with its scopes or of its types take where an organization has not set its
   * own policies; none by default. At most 20.
   */
  default List<PolicyDefault> policyDefaults() {
    return List.of();
  }

  /** Its checks that take part in decisions; none by default. At most 10. */
  default List<DecisionCheckDeclaration> decisionChecks() {
    return List.of();
  }

  /** Its look at keys that are asked for; none by default. */
  default Optional<RequestValidator> requestValidator() {
    return Optional.empty();
  }
}
