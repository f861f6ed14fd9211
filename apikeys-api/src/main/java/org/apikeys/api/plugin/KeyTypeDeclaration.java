package org.apikeys.api.plugin;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.apikeys.api.permission.Scope;
import org.jspecify.annotations.Nullable;

/**
 * A template for keys: who orders a key names its type, and the key keeps the type's rules when it
 * is issued and whenever it changes. An operator's file of key types wins over a plugin's type of
 * the same name.
 *
 * <p>While the plugin is disabled nobody issues keys of the type. Those that are there go on as far
 * as their scopes go, and can be narrowed, deactivated and revoked, but not widened.
 *
 * @param name lower-case letters, digits and {@code -}, 2 to 50 characters; no two plugins name the
 *     same type
 * @param description one sentence of at most 200 characters
 * @param category where it stands among the types
 * @param longestLife how long a key lives at most, and how long when its order does not say; null
 *     for any time
 * @param readingOnly whether only scopes of {@link Risk#LOW} may be granted
 * @param requires what a key must be restricted by
 * @param scopes the scopes and patterns that a key may carry; empty for any
 */
public record KeyTypeDeclaration(
    String name,
    String description,
    Category category,
    @Nullable Duration longestLife,
    boolean readingOnly,
    List<Restriction> requires,
    List<String> scopes) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{1,49}");

  /** What keys of a type are for. */
  public enum Category {
    /** A program that serves others. */
    APPLICATION,
    /** One person's work. */
    USER,
    /** Running the system itself. */
    SYSTEM
  }

  /** What a key can be restricted by. */
  public enum Restriction {
    /** Allowed addresses ({@code restrictions.ip.allow}). */
    IP,
    /** Allowed pages ({@code restrictions.referrers}). */
    REFERRERS
  }

  public KeyTypeDeclaration {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a name of a key type: " + name);
    }
    if (description.isBlank() || description.length() > 200) {
      throw new IllegalArgumentException(name + ": a description has 1 to 200 characters");
    }
    if (category == null) {
      throw new IllegalArgumentException(name + ": a key type has a category");
    }
    if (longestLife != null && (longestLife.isNegative() || longestLife.isZero())) {
      throw new IllegalArgumentException(name + ": a longest life is a duration above zero");
    }
    requires = List.copyOf(requires);
    scopes = List.copyOf(scopes);
    scopes.forEach(Scope::parse);
  }
}
