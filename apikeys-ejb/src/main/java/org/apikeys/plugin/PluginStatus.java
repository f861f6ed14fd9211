package org.apikeys.plugin;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plugin as this node knows it.
 *
 * @param place where it was found: {@code bundled:} and a class, or the name of a file
 * @param file name of the jar in the plugin folder; null when it came with the system
 * @param sha256 digest of the jar
 * @param plugin what it says of itself; null when it could not be asked
 * @param said what is known of it even so
 * @param state how it stands
 * @param reason what is wrong, for people; null when nothing is
 * @param loadedAt when it was last loaded, or tried to be
 */
public record PluginStatus(
    String place,
    @Nullable String file,
    @Nullable String sha256,
    @Nullable LoadedPlugin plugin,
    Said said,
    PluginState state,
    @Nullable String reason,
    Instant loadedAt) {

  /**
   * What a plugin has said before it failed, so that it can be tried again: by its id, and when a
   * file that it is made from changes.
   *
   * @param id its id; null when it did not get so far
   * @param watched the files that it is made from
   */
  record Said(@Nullable String id, List<Path> watched) {
    static final Said NOTHING = new Said(null, List.of());

    static Said of(LoadedPlugin plugin) {
      return new Said(plugin.id(), plugin.watched());
    }
  }

  /** Its id; null when it could not be asked. */
  public @Nullable String id() {
    return said.id();
  }

  /** What it is called in records: its id, or else where it was found. */
  public String name() {
    String id = id();
    return id == null ? place : id;
  }

  PluginStatus quarantined(String why) {
    return new PluginStatus(
        place, file, sha256, plugin, said, PluginState.QUARANTINED, why, loadedAt);
  }

  /** As it is after what its code has done since it was loaded. */
  PluginStatus now() {
    String failure = plugin == null ? null : plugin.failure();
    return failure == null || state == PluginState.QUARANTINED ? this : quarantined(failure);
  }

  PluginStatus disabled() {
    return new PluginStatus(
        place, file, sha256, plugin, said, PluginState.DISABLED, null, loadedAt);
  }
}
