package org.apikeys.plugin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.apikeys.api.audit.Action;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.plugin.PluginSwitches.Decided;
import org.jspecify.annotations.Nullable;

/** What has become of plugins by itself, as records: what people decide has a record already. */
final class PluginChanges {
  private PluginChanges() {}

  static List<AuditEntry> of(
      List<PluginStatus> before,
      List<PluginStatus> after,
      Map<String, Decided> decidedBefore,
      Map<String, Decided> decidedAfter) {
    Map<String, PluginStatus> old = byPlace(before);
    Map<String, PluginStatus> now = byPlace(after);
    TreeSet<String> places = new TreeSet<>(old.keySet());
    places.addAll(now.keySet());
    List<AuditEntry> records = new ArrayList<>();
    for (String place : places) {
      PluginStatus from = old.get(place);
      PluginStatus to = now.get(place);
      Action action = action(from, to);
      if (action != null) {
        String name = Objects.requireNonNull(to == null ? from : to).name();
        boolean byPeople =
            !Objects.equals(decidedBefore.get(name), decidedAfter.get(name))
                && action != Action.PLUGIN_QUARANTINED;
        if (!byPeople) {
          records.add(record(action, name, from, to));
        }
      }
    }
    return records;
  }

  /** Those that are quarantined now and were not before, or for another reason. */
  static List<PluginStatus> quarantined(List<PluginStatus> before, List<PluginStatus> after) {
    Map<String, PluginStatus> old = byPlace(before);
    return after.stream()
        .filter(plugin -> action(old.get(plugin.place()), plugin) == Action.PLUGIN_QUARANTINED)
        .toList();
  }

  private static @Nullable Action action(@Nullable PluginStatus from, @Nullable PluginStatus to) {
    PluginState before = from == null ? null : from.state();
    PluginState after = to == null ? null : to.state();
    if (after == PluginState.QUARANTINED) {
      boolean same = from != null && before == after && Objects.equals(from.reason(), reason(to));
      return same ? null : Action.PLUGIN_QUARANTINED;
    }
    if (after == PluginState.ENABLED) {
      if (before != PluginState.ENABLED) {
        return Action.PLUGIN_ENABLED;
      }
      return Objects.equals(from, to) ? null : Action.PLUGIN_RELOADED;
    }
    return before == PluginState.ENABLED ? Action.PLUGIN_DISABLED : null;
  }

  private static @Nullable String reason(@Nullable PluginStatus plugin) {
    return plugin == null ? null : plugin.reason();
  }

  private static AuditEntry record(
      Action action, String name, @Nullable PluginStatus from, @Nullable PluginStatus to) {
    String reason =
        to == null ? "its file is gone" : action == Action.PLUGIN_QUARANTINED ? to.reason() : null;
    return AuditEntry.of(Caller.system(), action)
        .on("plugin", name.length() > 100 ? name.substring(0, 100) : name, name)
        .because(reason)
        .changing("version", version(from), version(to))
        .changing("sha256", from == null ? null : from.sha256(), to == null ? null : to.sha256());
  }

  private static @Nullable String version(@Nullable PluginStatus plugin) {
    return plugin == null || plugin.plugin() == null ? null : plugin.plugin().version();
  }

  private static Map<String, PluginStatus> byPlace(List<PluginStatus> plugins) {
    Map<String, PluginStatus> byPlace = new HashMap<>();
    plugins.forEach(plugin -> byPlace.put(plugin.place(), plugin));
    return byPlace;
  }
}
