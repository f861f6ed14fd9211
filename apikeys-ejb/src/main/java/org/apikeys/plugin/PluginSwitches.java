package org.apikeys.plugin;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apikeys.api.audit.Action;
import org.apikeys.api.cluster.Changed;
import org.apikeys.api.cluster.Topic;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.store.Leases;
import org.jspecify.annotations.Nullable;

/**
 * What administrators have decided about plugins, in the store: it holds on every node and after a
 * restart. And what each node has loaded.
 */
@Stateless
@RolesAllowed(ManagementScope.PLUGINS_MANAGE)
public class PluginSwitches {
  /** A node that has not reported for so long is no more. */
  static final Duration SILENT = Duration.ofSeconds(60);

  private static final int LONGEST_KEY = 200;

  @PersistenceContext EntityManager store;
  private final AuditLog audit;
  private final Event<Changed> changes;
  private final Clock clock;

  @Inject
  public PluginSwitches(AuditLog audit, Event<Changed> changes, Clock clock) {
    this.audit = audit;
    this.changes = changes;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public PluginSwitches() {
    audit = null;
    changes = null;
    clock = null;
  }

  /**
   * What was decided about a plugin.
   *
   * @param enabled whether it may count
   * @param generation how often it was asked to be loaded anew
   */
  public record Decided(boolean enabled, long generation) {
    static final Decided NOTHING = new Decided(true, 0);
  }

  /** All decisions, by the plugin's id. */
  @PermitAll
  @SuppressWarnings("unchecked")
  public Map<String, Decided> all() {
    List<Object[]> rows =
        store
            .createNativeQuery("SELECT plugin_id, is_enabled, generation FROM plugin_setting")
            .getResultList();
    Map<String, Decided> all = new HashMap<>();
    rows.forEach(
        row ->
            all.put((String) row[0], new Decided((Boolean) row[1], ((Number) row[2]).longValue())));
    return all;
  }

  /** Switches a plugin on or off; false when it stands so already. */
  public boolean enable(Caller caller, String id, boolean enabled) {
    requireOperator(caller);
    Decided before = all().getOrDefault(id, Decided.NOTHING);
    if (before.enabled() == enabled) {
      return false;
    }
    write(
        caller, id, enabled ? "is_enabled = TRUE" : "is_enabled = FALSE", new Decided(enabled, 0));
    audit.record(
        AuditEntry.of(caller, enabled ? Action.PLUGIN_ENABLED : Action.PLUGIN_DISABLED)
            .on("plugin", id, id)
            .changing("enabled", before.enabled(), enabled));
    return true;
  }

  /** Has every node load the plugin anew. */
  public void reload(Caller caller, String id) {
    requireOperator(caller);
    write(caller, id, "generation = generation + 1", new Decided(true, 1));
    audit.record(AuditEntry.of(caller, Action.PLUGIN_RELOADED).on("plugin", id, id));
  }

  /**
   * Changes what was decided, by what stands there when it is changed: a plugin that is switched
   * off meanwhile stays off when somebody else has it loaded anew.
   *
   * @param change what is set of is_enabled and generation
   * @param first what stands there when nothing was decided before
   */
  private void write(Caller caller, String id, String change, Decided first) {
    int updated =
        store
            .createNativeQuery(
                "UPDATE plugin_setting SET "
                    + change
                    + ", updated_at = ?1, updated_by = ?2 WHERE plugin_id = ?3")
            .setParameter(1, clock.millis())
            .setParameter(2, caller.name())
            .setParameter(3, id)
            .executeUpdate();
    if (updated == 0) {
      store
          .createNativeQuery(
              "INSERT INTO plugin_setting (is_enabled, generation, updated_at, updated_by,"
                  + " plugin_id) VALUES (?1, ?2, ?3, ?4, ?5)")
          .setParameter(1, first.enabled())
          .setParameter(2, first.generation())
          .setParameter(3, clock.millis())
          .setParameter(4, caller.name())
          .setParameter(5, id)
          .executeUpdate();
    }
    changes.fire(new Changed(Topic.PERMISSIONS, 0));
  }

  /** Plugins are the whole installation's, so no administrator of a tenant decides about them. */
  private static void requireOperator(Caller caller) {
    if (caller.organizationId() != Caller.DEFAULT_ORGANIZATION) {
      throw new ProblemException(
          ProblemType.FORBIDDEN,
          "Plugins serve all organizations: only the default organization's administrators"
              + " switch them.");
    }
  }

  /**
   * What a node has loaded of a plugin.
   *
   * @param plugin the plugin's id, or where it was found
   */
  public record OnNode(
      String node,
      String plugin,
      @Nullable String version,
      String state,
      @Nullable String sha256) {}

  /** Tells the other nodes what this one has loaded. */
  @PermitAll
  public void report(Collection<PluginStatus> plugins) {
    long now = clock.millis();
    store
        .createNativeQuery("DELETE FROM plugin_node WHERE node = ?1 OR reported_at < ?2")
        .setParameter(1, Leases.NODE)
        .setParameter(2, now - SILENT.toMillis())
        .executeUpdate();
    for (PluginStatus plugin : plugins) {
      store
          .createNativeQuery(
              "INSERT INTO plugin_node (node, plugin, version, state, sha256, reported_at)"
                  + " VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
          .setParameter(1, Leases.NODE)
          .setParameter(2, key(plugin))
          .setParameter(3, plugin.plugin() == null ? "" : plugin.plugin().version())
          .setParameter(4, plugin.state().word())
          .setParameter(5, plugin.sha256() == null ? "" : plugin.sha256())
          .setParameter(6, now)
          .executeUpdate();
    }
  }

  /** What a plugin is called in a report: two of one id differ by their place, however long. */
  public static String key(PluginStatus plugin) {
    String key = plugin.name() + "@" + plugin.place();
    return key.length() <= LONGEST_KEY
        ? key
        : key.substring(0, LONGEST_KEY - 9) + "~" + Integer.toHexString(key.hashCode());
  }

  /** What the nodes that are there have loaded. */
  @PermitAll
  @SuppressWarnings("unchecked")
  public List<OnNode> onNodes() {
    List<Object[]> rows =
        store
            .createNativeQuery(
                "SELECT node, plugin, version, state, sha256 FROM plugin_node"
                    + " WHERE reported_at >= ?1 ORDER BY node")
            .setParameter(1, clock.millis() - SILENT.toMillis())
            .getResultList();
    return rows.stream()
        .map(
            row ->
                new OnNode(
                    (String) row[0],
                    (String) row[1],
                    emptyToNull((String) row[2]),
                    (String) row[3],
                    emptyToNull((String) row[4])))
        .toList();
  }

  private static @Nullable String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
