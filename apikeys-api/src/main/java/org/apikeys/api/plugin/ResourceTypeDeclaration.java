package org.apikeys.api.plugin;

import java.util.List;
import java.util.regex.Pattern;
import org.apikeys.api.permission.ResourcePattern;
import org.apikeys.api.permission.Scope;

/**
 * A kind of thing that scopes are granted on, and how its names match.
 *
 * <p>A key can be granted a scope on some resources only: {@code orders:write@shops/42/*}. A scope
 * that stands in a resource type is granted on names of that type and no others, so that {@code
 * orders:write@shop/42}, a slip of the pen that would never match, is refused when the key is asked
 * for. A scope that stands in several types is granted on names of each; one that stands in none,
 * on any name.
 *
 * <p>When a call names a resource, a grant counts whose pattern covers the name, segment by
 * segment: {@code *} stands for any one segment, and at the end for any rest.
 *
 * @param name lower-case letters, digits and {@code -}, 2 to 50 characters; no two plugins name the
 *     same type
 * @param description one sentence of at most 200 characters
 * @param names what its names look like, as a {@link ResourcePattern}: {@code shops/*}
 * @param ignoresCase whether {@code Shops/A1} and {@code shops/a1} are the same resource; of a
 *     scope in several types, when one of them says so
 * @param scopes scopes of the same plugin that are granted on it; at least one, none a pattern
 */
public record ResourceTypeDeclaration(
    String name, String description, String names, boolean ignoresCase, List<String> scopes) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{1,49}");

  /** A type whose names match only when they are spelled alike. */
  public ResourceTypeDeclaration(
      String name, String description, String names, List<String> scopes) {
    this(name, description, names, false, scopes);
  }

  public ResourceTypeDeclaration {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a name of a resource type: " + name);
    }
    if (description.isBlank() || description.length() > 200) {
      throw new IllegalArgumentException(name + ": a description has 1 to 200 characters");
    }
    ResourcePattern.parse(names);
    scopes = List.copyOf(scopes);
    if (scopes.isEmpty() || scopes.stream().map(Scope::parse).anyMatch(Scope::isPattern)) {
      throw new IllegalArgumentException(
          name + ": a resource type names whole scopes, one or more");
    }
  }
}
