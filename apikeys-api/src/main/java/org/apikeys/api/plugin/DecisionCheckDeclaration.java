package org.apikeys.api.plugin;

import java.util.List;
import java.util.regex.Pattern;
import org.apikeys.api.permission.Scope;

/**
 * A check that a plugin brings.
 *
 * @param name lower-case letters, digits and {@code -}, 2 to 50 characters, once in the plugin;
 *     {@code explain} shows it as {@code plugin:<id>:<name>}
 * @param description one sentence of at most 200 characters for administrators
 * @param scopes scopes or patterns over this plugin's scopes that it judges; at least one
 * @param check the code
 */
public record DecisionCheckDeclaration(
    String name, String description, List<String> scopes, DecisionCheck check) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{1,49}");

  public DecisionCheckDeclaration {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a name of a check: " + name);
    }
    if (description.isBlank() || description.length() > 200) {
      throw new IllegalArgumentException(name + ": a description has 1 to 200 characters");
    }
    scopes = List.copyOf(scopes);
    scopes.forEach(Scope::parse);
    if (check == null) {
      throw new IllegalArgumentException(name + ": a check has its code");
    }
    if (scopes.isEmpty()) {
      throw new IllegalArgumentException(name + ": a check judges at least one scope");
    }
  }
}
