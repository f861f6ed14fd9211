package org.apikeys.plugin;

/** A plugin that is not taken. Its message is shown to administrators. */
class PluginRefused extends Exception {
  PluginRefused(String reason) {
    super(reason);
  }

  /** Why, for people. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
