package org.apikeys.plugin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A plugin as this node knows it.
 *
 * @param place where it was found: {@code bundled:} and a class, or the name of a file
 * @param file name of the jar in the plugin folder; null when it came with the system
 * @param sha256 digest of the jar
 * @param plugin what it says of itself; null when it could not be asked
 * @param state how it stands
 * @param reason what is wrong, for people; null when nothing is
 * @param loadedAt when it was last loaded, or tried to be
 */
public record PluginStatus(
    String place,
    @Nullable String file,
    @Nullable String sha256,
    @Nullable LoadedPlugin plugin,
    PluginState state,
    @Nullable String reason,
    Instant loadedAt) {

  /** Its id; null when it could not be asked. */
  public @Nullable String id() {
    return plugin == null ? null : plugin.id();
  }

  /** What it is called in records: its id, or else where it was found. */
  public String name() {
    return plugin == null ? place : plugin.id();
  }

  PluginStatus quarantined(String why) {
    return new PluginStatus(place, file, sha256, plugin, PluginState.QUARANTINED, why, loadedAt);
  }

  /** As it is after what its code has done since it was loaded. */
  PluginStatus now() {
    String failure = plugin == null ? null : plugin.failure();
    return failure == null || state == PluginState.QUARANTINED ? this : quarantined(failure);
  }

  PluginStatus disabled() {
    return new PluginStatus(place, file, sha256, plugin, PluginState.DISABLED, null, loadedAt);
  }
}
