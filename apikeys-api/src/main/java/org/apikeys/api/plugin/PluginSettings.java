package org.apikeys.api.plugin;

import java.util.Optional;

/** What an operator has set for one plugin. */
@FunctionalInterface
public interface PluginSettings {
  /** Nothing is set. */
  PluginSettings NONE = name -> Optional.empty();

  /**
   * The value of a setting of this plugin.
   *
   * @param name without the beginning that all settings of the plugin share: {@code document} for
   *     {@code apikeys.plugin.openapi.document}
   * @return the value; empty when it is not set
   */
  Optional<String> text(String name);
}
