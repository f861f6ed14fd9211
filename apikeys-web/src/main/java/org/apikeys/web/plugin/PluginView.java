package org.apikeys.web.plugin;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apikeys.api.plugin.PermissionSetDeclaration;
import org.apikeys.api.plugin.PluginDependency;
import org.apikeys.api.plugin.ScopeDeclaration;
import org.apikeys.plugin.LoadedPlugin;
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
    List<Node> nodes,
    boolean differs) {

  /** A scope that it names. */
  record Named(String name, String description, String risk, List<String> implies) {}

  /** A permission set that it offers. */
  record Offered(String name, String description, List<String> scopes) {}

  /** The plugin on one node. */
  record Node(String node, String state, @Nullable String version, @Nullable String sha256) {}

  static PluginView of(PluginStatus status, List<OnNode> onNodes, int nodes) {
    LoadedPlugin plugin = status.plugin();
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
        seen,
        !alike || seen.size() < nodes);
  }

  private static Named named(ScopeDeclaration scope) {
    return new Named(
        scope.name(),
        scope.description(),
        scope.risk().name().toLowerCase(Locale.ROOT),
        scope.implies());
  }

  private static Offered offered(PermissionSetDeclaration set) {
    return new Offered(set.name(), set.description(), set.scopes());
  }
}
