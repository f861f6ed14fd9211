package org.apikeys.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.apikeys.api.plugin.PermissionPlugin;
import org.apikeys.setting.Settings;
import org.jspecify.annotations.Nullable;

/** Where plugins are: in the application itself, and as jars in the folder of the operator. */
final class PluginPlaces {
  private static final System.Logger LOG = System.getLogger(PluginPlaces.class.getName());
  private static final int MOST_FILES = 1_000;

  private final Settings settings;
  private final List<PluginPlace> bundled = findBundled();
  private List<PluginPlace> jars = List.of();

  /** Null before the first time. */
  private @Nullable JarTrust trust;

  /** Why the folder, or who may sign, could not be read the last time; empty when it could. */
  private String outOfSight = "";

  PluginPlaces(Settings settings) {
    this.settings = settings;
  }

  /** As they were when somebody looked last. */
  List<PluginPlace> all() {
    return Stream.concat(bundled.stream(), jars.stream()).toList();
  }

  /**
   * Reads what the operator has put there: who may sign, and the jars. What can't be read any more
   * is as it was, so that a plugin that somebody switches off is off all the same.
   *
   * @return who may sign
   */
  JarTrust look() {
    try {
      JarTrust present = JarTrust.of(settings);
      trust = present;
      jars = jars();
      outOfSight = "";
      return present;
    } catch (IllegalStateException e) {
      if (trust == null) {
        throw e; // a wrong setting stops the start
      }
      String why = String.valueOf(e.getMessage());
      if (!why.equals(outOfSight)) {
        LOG.log(System.Logger.Level.WARNING, "New and changed plugins are not seen: {0}", why);
        outOfSight = why;
      }
      return trust;
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
        ServiceLoader.load(PermissionPlugin.class, PluginPlaces.class.getClassLoader()).stream()
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
}
