package org.apikeys.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apikeys.api.plugin.PermissionPlugin;
import org.apikeys.plugin.PluginStatus.Said;
import org.apikeys.setting.Settings;
import org.jspecify.annotations.Nullable;

/**
 * Where a plugin is: a class that came with the system, or a jar of the folder.
 *
 * @param name what it is known by, unlike any other
 * @param type the class; null for a jar
 * @param file the jar; null for a class
 */
record PluginPlace(
    String name, @Nullable Class<? extends PermissionPlugin> type, @Nullable Path file) {

  static PluginPlace bundled(Class<? extends PermissionPlugin> type) {
    return new PluginPlace("bundled:" + type.getName(), type, null);
  }

  static PluginPlace jar(Path file) {
    return new PluginPlace(String.valueOf(file.getFileName()), null, file);
  }

  /** Loads what is there. Runs the plugin's code, for a limited time. */
  PluginStatus load(Settings settings, JarTrust trust, Instant now) {
    String fileName = file == null ? null : name;
    String sha256 = null;
    AtomicReference<Said> said = new AtomicReference<>(Said.NOTHING);
    try {
      PluginJar jar = file == null ? null : PluginJar.read(file, trust);
      sha256 = jar == null ? null : jar.sha256();
      LoadedPlugin plugin =
          TimedCode.call(
              name,
              settings.pluginTimeLimit(),
              () -> {
                PermissionPlugin made = jar == null ? make() : jar.make(name);
                started(made, settings, said);
                return LoadedPlugin.of(made, settings.pluginCheckTimeLimit());
              });
      return new PluginStatus(
          name, fileName, sha256, plugin, Said.of(plugin), PluginState.ENABLED, null, now);
    } catch (PluginRefused e) {
      return new PluginStatus(
          name,
          fileName,
          sha256,
          null,
          Objects.requireNonNull(said.get()),
          PluginState.QUARANTINED,
          e.reason(),
          now);
    }
  }

  /** Lets it read what is set for it. What it says meanwhile is kept when that fails. */
  private static void started(
      PermissionPlugin made, Settings settings, AtomicReference<Said> said) {
    String id = made.id();
    if (id == null || !LoadedPlugin.ID.matcher(id).matches()) {
      return; // refused for it, soon
    }
    said.set(new Said(id, List.of()));
    try {
      made.start(setting -> settings.ofPlugin(id, setting));
    } finally {
      said.set(new Said(id, watched(made)));
    }
  }

  /** None when it can't say: what is wrong with it is told by what failed first. */
  private static List<Path> watched(PermissionPlugin made) {
    try {
      return LoadedPlugin.requireFew(made.watchedFiles());
    } catch (RuntimeException | LinkageError e) {
      return List.of();
    }
  }

  private PermissionPlugin make() throws ReflectiveOperationException {
    if (type == null) {
      throw new IllegalStateException(name);
    }
    return type.getConstructor().newInstance();
  }

  /** What differs when something here has changed: of its file, and of what it was made from. */
  String mark(List<Path> watched) {
    StringBuilder mark = new StringBuilder();
    if (file != null) {
      mark.append(mark(file)).append(mark(file.resolveSibling(name + ".sha256")));
    }
    return mark + marks(watched);
  }

  static String marks(List<Path> files) {
    return files.stream().map(PluginPlace::mark).collect(Collectors.joining());
  }

  private static String mark(Path file) {
    try {
      return "[" + Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis() + "]";
    } catch (IOException e) {
      return "[]";
    }
  }
}
