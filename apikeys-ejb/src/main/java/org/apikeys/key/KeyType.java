package org.apikeys.key;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apikeys.api.permission.Scope;
import org.apikeys.api.plugin.KeyTypeDeclaration;
import org.apikeys.limit.RateLimits;
import org.apikeys.permission.Catalogue;
import org.jspecify.annotations.Nullable;

/**
 * A template that a key of this type follows (seed 001).
 *
 * @param category {@code application}, {@code user} or {@code system}
 * @param description one sentence for people
 * @param longestLife how long a key lives at most; null for any time
 * @param oneLife whether that is counted from when the key was made, however often it is renewed;
 *     else a renewal begins a new life
 * @param readingOnly whether only scopes that read may be granted
 * @param requires restrictions that must be there: {@code referrers}, {@code ip}
 * @param scopes the scopes and patterns that a key may carry; empty for any
 * @param rateLimits what a key gets whose creator names no limit; null for the standard ones
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record KeyType(
    String category,
    String description,
    @Nullable Duration longestLife,
    boolean oneLife,
    boolean readingOnly,
    @Nullable List<String> requires,
    @Nullable List<String> scopes,
    @Nullable RateLimits rateLimits) {

  public KeyType {
    if (!List.of("application", "user", "system").contains(category)) {
      throw new IllegalArgumentException("category is application, user or system");
    }
    requires = requires == null ? List.of() : List.copyOf(requires);
    if (!List.of("referrers", "ip").containsAll(requires)) {
      throw new IllegalArgumentException("requires names referrers or ip");
    }
    scopes = scopes == null ? List.of() : List.copyOf(scopes);
    scopes.forEach(Scope::parse);
    if (longestLife != null && (longestLife.isNegative() || longestLife.isZero())) {
      throw new IllegalArgumentException("longest_life is a duration above zero");
    }
  }

  /** What is left of the rules of a type while the plugin that brings it is away. */
  static final KeyType AWAY =
      new KeyType("application", "", null, false, false, List.of(), List.of(), null);

  /** A type that a plugin brings. */
  static KeyType of(KeyTypeDeclaration declared) {
    return new KeyType(
        word(declared.category()),
        declared.description(),
        declared.longestLife(),
        false,
        declared.readingOnly(),
        declared.requires().stream().map(KeyType::word).toList(),
        declared.scopes(),
        null);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Whether a key may carry every scope. */
  boolean carriesAll() {
    return !readingOnly && Objects.requireNonNull(scopes).isEmpty();
  }

  /** Whether a key may carry the scope; a plugin marks one that only looks as of low risk. */
  boolean mayCarry(Catalogue.NamedScope scope) {
    List<String> allowed = Objects.requireNonNull(scopes);
    Scope named = Scope.parse(scope.name());
    return (!readingOnly || scope.risk().equals("low"))
        && (allowed.isEmpty()
            || allowed.stream().map(Scope::parse).anyMatch(one -> one.covers(named)));
  }
}
