package org.apikeys.restriction;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Patterns of referring pages, made for quick deciding. */
public final class ReferrerMatcher {
  private final List<ReferrerRule> rules;

  private ReferrerMatcher(List<ReferrerRule> rules) {
    this.rules = rules;
  }

  /**
   * Compiles patterns, see {@link ReferrerPattern}.
   *
   * @throws IllegalArgumentException when one can't be read
   */
  public static ReferrerMatcher compile(List<String> patterns) {
    return new ReferrerMatcher(patterns.stream().map(ReferrerRule::parse).toList());
  }

  /** Whether a call from that page passes; without or with a malformed one only if any does. */
  public boolean allows(@Nullable String referrer) {
    if (isOpen()) {
      return true;
    }
    return referrer != null && Referrer.parse(referrer).filter(this::matches).isPresent();
  }

  /** Whether every call passes, also one that names no page. */
  public boolean isOpen() {
    return rules.isEmpty();
  }

  private boolean matches(Referrer referrer) {
    return rules.stream().anyMatch(rule -> rule.matches(referrer));
  }

  /** See {@link Restrictions#isWithin}. */
  boolean isWithin(ReferrerMatcher other) {
    if (isOpen() || other.isOpen()) {
      return other.isOpen();
    }
    return rules.stream().allMatch(rule -> other.rules.stream().anyMatch(rule::isWithin));
  }
}
