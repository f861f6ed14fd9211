package org.apikeys.plugin;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apikeys.api.alert.AlertKind;
import org.apikeys.api.alert.Concern;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.cluster.Topic;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditLog;
import org.apikeys.plugin.PluginSwitches.Decided;
import org.apikeys.setting.Settings;
import org.jspecify.annotations.Nullable;

/**
 * The plugin modules of this server: those that came with it and the jars of the plugin folder. A
 * plugin is loaded once and again when its file changes, when a file that it was made from changes,
 * or when an administrator asks. What is wrong with one is told in its status and harms no other.
 */
@ApplicationScoped
public class Plugins {
  private static final System.Logger LOG = System.getLogger(Plugins.class.getName());

  /** Before the caches that hold what follows from plugins. */
  private static final int FIRST = 1_000;

  private static final Duration REPORTS = Duration.ofSeconds(10);

  private final Settings settings;
  private final PluginPlaces places;
  private final PluginSwitches switches;
  private final AuditLog audit;
  private final Event<Heard> heard;
  private final Event<Concern> concerns;
  private final Clock clock;

  /** What was loaded from a place, and what the place looked like then. */
  private record Reading(String mark, PluginStatus status) {}

  /** What this node knows: replaced as a whole. */
  private record Known(List<PluginStatus> all, List<LoadedPlugin> enabled) {}

  private final Map<String, Reading> readings = new HashMap<>();
  private final Map<String, String> lastMarks = new HashMap<>();

  /** As it was last read; null before the first time. */
  private @Nullable Map<String, Decided> decided;

  private long lastReport;
  private volatile Known known = new Known(List.of(), List.of());

  @Inject
  public Plugins(
      Settings settings,
      PluginSwitches switches,
      AuditLog audit,
      Event<Heard> heard,
      Event<Concern> concerns,
      Clock clock) {
    this.concerns = concerns;
    this.settings = settings;
    places = new PluginPlaces(settings);
    this.switches = switches;
    this.audit = audit;
    this.heard = heard;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected Plugins() {
    settings = null;
    places = null;
    switches = null;
    audit = null;
    heard = null;
    concerns = null;
    clock = null;
  }

  /** Loads what is there; what administrators have decided is read by the first refresh. */
  @PostConstruct
  synchronized void load() {
    known = read(Map.of(), true);
  }

  /** The plugins that count, by id. The same list until something changes. */
  public List<LoadedPlugin> loaded() {
    return known.enabled();
  }

  /** Every plugin and how it stands, by name. */
  public List<PluginStatus> all() {
    return known.all();
  }

  /** Reads what administrators have decided, and what the folder holds now. */
  public void refresh() {
    refresh(true);
  }

  /** As {@link #refresh()}, but a file that is still being written is left for the next time. */
  public void watch() {
    refresh(false);
  }

  void onHeard(@Observes @Priority(FIRST) Heard change) {
    if (change.topic() == Topic.PERMISSIONS) {
      try {
        refresh(true);
      } catch (RuntimeException e) {
        // the timer tries again
        LOG.log(System.Logger.Level.WARNING, "Plugins could not be read again", e);
      }
    }
  }

  private void refresh(boolean atOnce) {
    if (change(atOnce)) {
      heard.fire(new Heard(Topic.PERMISSIONS, 0));
    }
  }

  /** Whether something changed. */
  private synchronized boolean change(boolean atOnce) {
    Map<String, Decided> now = switches.all();
    dropThoseToLoadAnew(now);
    Known before = known;
    Known after = read(now, atOnce);
    boolean changed = !after.equals(before);
    Map<String, Decided> last = decided;
    if (last == null || changed) {
      // what was quarantined when this node started is told now, since only now there is a store
      List<PluginStatus> told =
          last == null
              ? before.all().stream()
                  .filter(plugin -> plugin.state() != PluginState.QUARANTINED)
                  .toList()
              : before.all();
      var records = PluginChanges.of(told, after.all(), last == null ? Map.of() : last, now);
      if (!records.isEmpty()) {
        audit.recordAlone(records);
      }
      PluginChanges.quarantined(told, after.all()).forEach(this::warn);
    }
    decided = now;
    known = after;
    if (changed || clock.millis() - lastReport >= REPORTS.toMillis()) {
      switches.report(after.all());
      lastReport = clock.millis();
    }
    return changed;
  }

  private void dropThoseToLoadAnew(Map<String, Decided> now) {
    Map<String, Decided> last = decided;
    if (last == null) {
      return; // what was asked for before this node started is done by its start
    }
    readings
        .values()
        .removeIf(
            reading -> {
              String id = reading.status().name();
              return now.getOrDefault(id, Decided.NOTHING).generation()
                  > last.getOrDefault(id, Decided.NOTHING).generation();
            });
  }

  private Known read(Map<String, Decided> wanted, boolean atOnce) {
    JarTrust trust = places.look();
    Instant now = clock.instant();
    readings.keySet().retainAll(places.all().stream().map(PluginPlace::name).toList());
    for (PluginPlace place : places.all()) {
      Reading reading = readings.get(place.name());
      List<Path> watched = reading == null ? List.of() : reading.status().said().watched();
      String own = place.mark(List.of());
      String mark = place.mark(watched);
      boolean settled = atOnce || mark.equals(lastMarks.put(place.name(), mark));
      if (settled && (reading == null || !reading.mark().equals(mark))) {
        PluginStatus loaded = place.load(settings, trust, now);
        List<Path> files = loaded.said().watched();
        readings.put(place.name(), new Reading(own + PluginPlace.marks(files), loaded));
      }
    }
    Set<String> disabled =
        wanted.entrySet().stream()
            .filter(entry -> !entry.getValue().enabled())
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    return known(PluginOrder.of(inOrder(), disabled));
  }

  /** Those that came with the system first, then those that count already, then the others. */
  private List<PluginStatus> inOrder() {
    Set<String> present =
        known.all().stream()
            .filter(plugin -> plugin.state() == PluginState.ENABLED)
            .map(PluginStatus::place)
            .collect(Collectors.toSet());
    return places.all().stream()
        .filter(place -> readings.containsKey(place.name()))
        .sorted(
            Comparator.comparing((PluginPlace place) -> place.file() != null)
                .thenComparing(place -> !present.contains(place.name()))
                .thenComparing(PluginPlace::name))
        .map(place -> readings.get(place.name()))
        .map(reading -> Objects.requireNonNull(reading).status().now())
        .toList();
  }

  private static Known known(List<PluginStatus> all) {
    Map<String, LoadedPlugin> enabled = new TreeMap<>();
    for (PluginStatus plugin : all) {
      if (plugin.state() == PluginState.ENABLED && plugin.plugin() != null) {
        enabled.put(plugin.plugin().id(), plugin.plugin());
      }
    }
    return new Known(
        all.stream()
            .sorted(Comparator.comparing(PluginStatus::name).thenComparing(PluginStatus::place))
            .toList(),
        List.copyOf(enabled.values()));
  }

  private void warn(PluginStatus plugin) {
    LOG.log(
        System.Logger.Level.WARNING,
        "The plugin {0} is quarantined: {1}",
        plugin.name(),
        String.valueOf(plugin.reason()));
    concerns.fire(
        Concern.about(
            Caller.DEFAULT_ORGANIZATION,
            AlertKind.PLUGIN_QUARANTINED,
            "plugin " + plugin.name(),
            "The plugin "
                + plugin.name()
                + " is quarantined, and grants nothing: "
                + plugin.reason()));
  }
}
