package org.apikeys.api.plugin;

import org.apikeys.api.permission.Scope;

/**
 * A scope that a plugin names.
 *
 * @param name for example {@code agents:read}; see {@link Scope} for the grammar. A declaration
 *     never holds {@code *}.
 * @param description one sentence of at most 200 characters for the person who approves it
 * @param risk how much harm it can do
 */
public record ScopeDeclaration(String name, String description, Risk risk) {
  public ScopeDeclaration {
    if (Scope.parse(name).isPattern()) {
      throw new IllegalArgumentException("a declared scope is no pattern: " + name);
    }
    if (description.isBlank() || description.length() > 200) {
      throw new IllegalArgumentException(name + ": a description has 1 to 200 characters");
    }
  }
}
