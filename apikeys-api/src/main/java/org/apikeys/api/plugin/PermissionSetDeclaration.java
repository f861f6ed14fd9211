package org.apikeys.api.plugin;

import java.util.List;
import java.util.regex.Pattern;
import org.apikeys.api.permission.Scope;

/**
 * A named set of scopes that a plugin offers.
 *
 * @param name lower-case letters, digits and {@code -}, 2 to 50 characters
 * @param description one sentence of at most 200 characters
 * @param scopes the scopes or patterns ({@code data:*}) that it grants; at least one
 */
public record PermissionSetDeclaration(String name, String description, List<String> scopes) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{1,49}");

  public PermissionSetDeclaration {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a name of a permission set: " + name);
    }
    if (description.isBlank() || description.length() > 200) {
      throw new IllegalArgumentException(name + ": a description has 1 to 200 characters");
    }
    if (scopes.isEmpty()) {
      throw new IllegalArgumentException(name + ": a permission set grants at least one scope");
    }
    scopes.forEach(Scope::parse);
    scopes = List.copyOf(scopes);
  }
}
