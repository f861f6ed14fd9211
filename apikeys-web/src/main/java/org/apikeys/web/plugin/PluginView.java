package org.apikeys.web.plugin;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apikeys.api.plugin.KeyTypeDeclaration;
import org.apikeys.api.plugin.PermissionSetDeclaration;
import org.apikeys.api.plugin.PluginDependency;
import org.apikeys.api.plugin.PolicyDefault;
import org.apikeys.api.plugin.ResourceTypeDeclaration;
import org.apikeys.api.plugin.ScopeDeclaration;
import org.apikeys.plugin.Brought;
import org.apikeys.plugin.LoadedPlugin;
import org.apikeys.plugin.PluginCheck;
import org.apikeys.plugin.PluginStatus;
import org.apikeys.plugin.PluginSwitches.OnNode;
import org.jspecify.annotations.Nullable;

/**
 * A plugin as administrators see it.
 *
 * @param id null for a jar that could not even be asked what it is
 * @param state {@code enabled}, {@code disabled} or {@code quarantined}
 * @param source {@code bundled} or {@code folder}
 * @param reason why it is quarantined
 * @param requestValidator whether it looks at keys that are asked for
 * @param nodes what each node of the cluster has loaded
 * @param differs whether the nodes do not say the same
 */
record PluginView(
    @Nullable String id,
    @Nullable String version,
    @Nullable String description,
    String state,
    String source,
    @Nullable String file,
    @Nullable String sha256,
    @Nullable String reason,
    Instant loadedAt,
    List<PluginDependency> dependencies,
    List<Named> scopes,
    List<Offered> permissionSets,
    List<ResourceTypeDeclaration> resourceTypes,
    List<Type> keyTypes,
    List<PolicyDefault> policyDefaults,
    List<Judging> decisionChecks,
    boolean requestValidator,
    List<Node> nodes,
    boolean differs) {

  /** A scope that it names. */
  record Named(String name, String description, String risk, List<String> implies) {}

  /** A permission set that it offers. */
  record Offered(String name, String description, List<String> scopes) {}

  /** A key type that it brings. */
  record Type(
      String name,
      String description,
      String category,
      @Nullable Duration longestLife,
      boolean readingOnly,
      List<String> requires,
      List<String> scopes) {}

  /** A check that takes part in decisions about these scopes. */
  record Judging(String name, String description, List<String> scopes) {}

  /** The plugin on one node. */
  record Node(String node, String state, @Nullable String version, @Nullable String sha256) {}

  static PluginView of(PluginStatus status, List<OnNode> onNodes, int nodes) {
    LoadedPlugin plugin = status.plugin();
    Brought brought = plugin == null ? null : plugin.brought();
    List<Node> seen =
        onNodes.stream()
            .map(one -> new Node(one.node(), one.state(), one.version(), one.sha256()))
            .toList();
    boolean alike =
        seen.stream().map(one -> one.state() + one.version() + one.sha256()).distinct().count()
            <= 1;
    return new PluginView(
        status.id(),
        plugin == null ? null : plugin.version(),
        plugin == null ? null : plugin.description(),
        status.state().word(),
        status.file() == null ? "bundled" : "folder",
        status.file(),
        status.sha256(),
        status.reason(),
        status.loadedAt(),
        plugin == null ? List.of() : plugin.dependencies(),
        plugin == null ? List.of() : plugin.scopes().stream().map(PluginView::named).toList(),
        plugin == null
            ? List.of()
            : plugin.permissionSets().stream().map(PluginView::offered).toList(),
        brought == null ? List.of() : brought.resourceTypes(),
        brought == null ? List.of() : brought.keyTypes().stream().map(PluginView::type).toList(),
        brought == null ? List.of() : brought.policyDefaults(),
        brought == null ? List.of() : brought.checks().stream().map(PluginView::judging).toList(),
        brought != null && brought.validator() != null,
        seen,
        !alike || seen.size() < nodes);
  }

  private static Named named(ScopeDeclaration scope) {
    return new Named(scope.name(), scope.description(), word(scope.risk()), scope.implies());
  }

  private static Type type(KeyTypeDeclaration type) {
    return new Type(
        type.name(),
        type.description(),
        word(type.category()),
        type.longestLife(),
        type.readingOnly(),
        type.requires().stream().map(PluginView::word).toList(),
        type.scopes());
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static Judging judging(PluginCheck check) {
    return new Judging(check.name(), check.description(), check.scopes());
  }

  private static Offered offered(PermissionSetDeclaration set) {
    return new Offered(set.name(), set.description(), set.scopes());
  }
}
