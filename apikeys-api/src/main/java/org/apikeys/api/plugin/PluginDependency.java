package org.apikeys.api.plugin;

import java.util.regex.Pattern;

/**
 * Another plugin that a plugin needs: it is loaded only while that one is enabled, and its sets may
 * grant that one's scopes. Classes of the other plugin are not seen.
 *
 * @param id the other plugin's id
 * @param atLeast the oldest version that will do, for example {@code 1.2.0}; an equal major number
 *     is not asked for
 */
public record PluginDependency(String id, String atLeast) {
  private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]{1,49}");
  private static final Pattern VERSION = Pattern.compile("\\d{1,9}\\.\\d{1,9}\\.\\d{1,9}");

  public PluginDependency {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("a plugin's id is 2 to 50 of a-z, 0-9 and '-'");
    }
    if (!VERSION.matcher(atLeast).matches()) {
      throw new IllegalArgumentException("a needed version is three numbers, such as 1.2.0");
    }
  }
}
