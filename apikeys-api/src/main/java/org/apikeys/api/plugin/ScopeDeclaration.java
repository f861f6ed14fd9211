package org.apikeys.api.plugin;

import java.util.List;
import org.apikeys.api.permission.Scope;

/**
 * A scope that a plugin names.
 *
 * @param name for example {@code agents:read}; see {@link Scope} for the grammar. A declaration
 *     never holds {@code *}.
 * @param description one sentence of at most 200 characters for the person who approves it
 * @param risk how much harm it can do
 * @param implies scopes of the same plugin that who holds this one holds as well
 */
public record ScopeDeclaration(String name, String description, Risk risk, List<String> implies) {

  /** A scope that implies no other. */
  public ScopeDeclaration(String name, String description, Risk risk) {
    this(name, description, risk, List.of());
  }

  public ScopeDeclaration {
    implies = List.copyOf(implies);
    if (Scope.parse(name).isPattern()) {
      throw new IllegalArgumentException("a declared scope is no pattern: " + name);
    }
    if (risk == null) {
      throw new IllegalArgumentException(name + ": a scope has a risk");
    }
    if (description.isBlank() || description.length() > 200) {
      throw new IllegalArgumentException(name + ": a description has 1 to 200 characters");
    }
  }
}
