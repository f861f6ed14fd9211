package org.apikeys.permission;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.cluster.Topic;
import org.apikeys.api.permission.Scope;
import org.apikeys.api.plugin.KeyTypeDeclaration;
import org.apikeys.api.plugin.PolicyDefault;
import org.apikeys.api.plugin.WantedKey;
import org.apikeys.api.problem.FieldError;
import org.apikeys.plugin.LoadedPlugin;
import org.apikeys.plugin.PluginCheck;
import org.apikeys.plugin.Plugins;
import org.jspecify.annotations.Nullable;

/**
 * Every scope and permission set that can be granted now: the management API's, the enabled
 * plugins', and the sets that administrators have made.
 */
@ApplicationScoped
public class Catalogue {
  /** The name under which the management API's own scopes are shown as a plugin. */
  public static final String MANAGEMENT = "management";

  /** The name under which sets that administrators have made are shown as a plugin. */
  public static final String CUSTOM = "custom";

  /** After the plugins, before the caches that hold what follows from grants. */
  private static final int SECOND = 1_500;

  private final Plugins plugins;
  private final MadeSets made;
  private volatile @Nullable Contents contents;

  @Inject
  public Catalogue(Plugins plugins, MadeSets made) {
    this.plugins = plugins;
    this.made = made;
  }

  @SuppressWarnings("NullAway")
  protected Catalogue() {
    plugins = null;
    made = null;
  }

  /** A scope as the catalogue shows it. */
  public record NamedScope(
      String name, String description, String plugin, String risk, List<String> implies) {}

  /** A permission set as the catalogue shows it. */
  public record NamedSet(String name, String description, String plugin, List<String> scopes) {}

  /** A kind of resource as the catalogue shows it. */
  public record NamedResource(
      String name,
      String description,
      String plugin,
      String names,
      boolean ignoresCase,
      List<String> scopes) {}

  /** All kinds of resources by name. */
  public List<NamedResource> resourceTypes() {
    return contents().resourceTypes();
  }

  /** The kinds of resources that a scope is granted on; none for a scope of any. */
  List<NamedResource> resourceTypesOf(String scope) {
    return contents().resourceTypesOf(scope);
  }

  /** Whether the resources that a scope is granted on are named without regard to case. */
  public boolean ignoresCase(Scope scope) {
    return resourceTypesOf(scope.toString()).stream().anyMatch(NamedResource::ignoresCase);
  }

  /** The checks that say whether a scope counts; none for most. */
  List<PluginCheck> checksOf(Scope scope) {
    return contents().checksOf(scope);
  }

  /** A key type that a plugin brings. */
  public record NamedKeyType(KeyTypeDeclaration declared, String plugin) {}

  /** The key types that plugins bring. */
  public List<NamedKeyType> keyTypes() {
    return contents().keyTypes();
  }

  /** The key type of this name that a plugin brings. */
  public Optional<KeyTypeDeclaration> keyType(String name) {
    return keyTypes().stream()
        .map(NamedKeyType::declared)
        .filter(type -> type.name().equals(name))
        .findFirst();
  }

  /** An approval more that a plugin asks for. */
  public record NamedPolicy(PolicyDefault declared, String plugin) {}

  /** What plugins ask for where nobody has set policies. */
  public List<NamedPolicy> policyDefaults() {
    return contents().policyDefaults();
  }

  /** What plugins object to in a wanted key. */
  public List<FieldError> objections(WantedKey key) {
    return contents().objections(key);
  }

  /** All scopes by name. */
  public List<NamedScope> scopes() {
    return contents().scopes();
  }

  /** All permission sets that an organization can use, by name. */
  public List<NamedSet> permissionSets(long organizationId) {
    return contents().sets(organizationId);
  }

  /** The permission set that an organization knows by this name: its own, or a plugin's. */
  public Optional<NamedSet> permissionSet(String name, long organizationId) {
    return contents().set(name, organizationId);
  }

  /**
   * The permission set that an organization knew by this name at an instant: its own as it was
   * then, or a plugin's as it is now.
   */
  Optional<NamedSet> permissionSetAt(String name, long organizationId, Instant at) {
    return made.scopesAt(organizationId, name, at)
        .map(scopes -> new NamedSet(name, "", CUSTOM, scopes))
        .or(() -> contents().setOfPlugin(name));
  }

  /** Whether an enabled plugin offers a set of this name. */
  boolean isOfPlugin(String name) {
    return contents().setOfPlugin(name).isPresent();
  }

  /** The version of the plugin that names a scope or set. */
  public String versionOf(String plugin) {
    return contents().versionOf(plugin);
  }

  /** The named scopes that a granted scope or pattern comes to; none when nobody names it. */
  public List<NamedScope> matching(String granted) {
    return contents().matching(granted);
  }

  /** As {@link #matching}, for what a set grants: a plugin's set reaches that plugin's needs. */
  List<NamedScope> matchingOf(NamedSet set, String granted) {
    return contents().matchingOf(set, granted);
  }

  Optional<NamedScope> scope(String name) {
    return contents().scope(name);
  }

  void onHeard(@Observes @Priority(SECOND) Heard change) {
    if (change.topic() == Topic.PERMISSIONS) {
      contents = null;
    }
  }

  /** Compiled when it is first asked for, and again when the plugins are others. */
  private Contents contents() {
    Contents present = contents;
    List<LoadedPlugin> loaded = plugins.loaded();
    if (present == null || present.plugins() != loaded) {
      present = Contents.of(loaded, made.all());
      contents = present;
    }
    return present;
  }
}
