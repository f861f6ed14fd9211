package org.apikeys.plugin;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apikeys.api.alert.AlertKind;
import org.apikeys.api.alert.Concern;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.cluster.Topic;
import org.apikeys.api.plugin.PermissionPlugin;
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

  private static final int MOST_FILES = 1_000;
  private static final Duration REPORTS = Duration.ofSeconds(10);

  private final Settings settings;
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

  private List<PluginPlace> bundled = List.of();
  private List<PluginPlace> jars = List.of();

  /** Null before the first time. */
  private @Nullable JarTrust trust;

  /** Why the folder, or who may sign, could not be read the last time; empty when it could. */
  private String outOfSight = "";

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
    this.switches = switches;
    this.audit = audit;
    this.heard = heard;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected Plugins() {
    settings = null;
    switches = null;
    audit = null;
    heard = null;
    concerns = null;
    clock = null;
  }

  /** Loads what is there; what administrators have decided is read by the first refresh. */
  @PostConstruct
  synchronized void load() {
    bundled = findBundled();
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
    lookAround();
    JarTrust checked = Objects.requireNonNull(trust);
    Instant now = clock.instant();
    List<PluginPlace> places = new ArrayList<>(bundled);
    places.addAll(jars);
    readings.keySet().retainAll(places.stream().map(PluginPlace::name).toList());
    for (PluginPlace place : places) {
      Reading reading = readings.get(place.name());
      List<Path> watched = reading == null ? List.of() : reading.status().said().watched();
      String own = place.mark(List.of());
      String mark = place.mark(watched);
      boolean settled = atOnce || mark.equals(lastMarks.put(place.name(), mark));
      if (settled && (reading == null || !reading.mark().equals(mark))) {
        PluginStatus loaded = place.load(settings, checked, now);
        List<Path> files = loaded.said().watched();
        readings.put(place.name(), new Reading(own + PluginPlace.marks(files), loaded));
      }
    }
    Set<String> disabled =
        wanted.entrySet().stream()
            .filter(entry -> !entry.getValue().enabled())
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    return known(PluginOrder.of(inOrder(places), disabled));
  }

  /** Those that came with the system first, then those that count already, then the others. */
  private List<PluginStatus> inOrder(List<PluginPlace> places) {
    Set<String> present =
        known.all().stream()
            .filter(plugin -> plugin.state() == PluginState.ENABLED)
            .map(PluginStatus::place)
            .collect(Collectors.toSet());
    return places.stream()
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

  /**
   * Reads what the operator has put there: who may sign, and the jars. What can't be read any more
   * is as it was, so that a plugin that somebody switches off is off all the same.
   */
  private void lookAround() {
    try {
      trust = JarTrust.of(settings);
      jars = jars();
      outOfSight = "";
    } catch (IllegalStateException e) {
      if (trust == null) {
        throw e; // a wrong setting stops the start
      }
      String why = String.valueOf(e.getMessage());
      if (!why.equals(outOfSight)) {
        LOG.log(System.Logger.Level.WARNING, "New and changed plugins are not seen: {0}", why);
        outOfSight = why;
      }
    }
  }

  private List<PluginPlace> jars() {
    Path folder = settings.pluginDirectory();
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".jar"))
          .sorted()
          .limit(MOST_FILES)
          .map(PluginPlace::jar)
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(
          "The setting apikeys.plugins.dir names a folder that can't be read.", e);
    }
  }

  private static List<PluginPlace> findBundled() {
    List<PluginPlace> found = new ArrayList<>();
    var providers =
        ServiceLoader.load(PermissionPlugin.class, Plugins.class.getClassLoader()).stream()
            .iterator();
    while (true) {
      try {
        if (!providers.hasNext()) {
          return List.copyOf(found);
        }
        found.add(PluginPlace.bundled(providers.next().type()));
      } catch (ServiceConfigurationError | LinkageError e) {
        LOG.log(System.Logger.Level.ERROR, "A bundled plugin is broken: {0}", e.getMessage());
      }
    }
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
