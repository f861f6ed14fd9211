package org.apikeys.plugin;

import java.util.Locale;

/** How a plugin stands. */
public enum PluginState {
  /** It counts. */
  ENABLED,
  /** An administrator has switched it off. */
  DISABLED,
  /** It is wanted, and something is wrong with it. */
  QUARANTINED;

  /** The word in an answer. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
