package org.apikeys.restriction;

import java.util.List;
import java.util.Optional;
import org.apikeys.hot.Memo;
import org.jspecify.annotations.Nullable;

/** Patterns of referring pages, made for quick deciding. */
public final class ReferrerMatcher {
  /** The pages that calls come from are few, and reading one is dear. */
  private static final Memo<Optional<Referrer>> READ = new Memo<>(1_024, Referrer::parse);

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
    Referrer page = referrer == null ? null : READ.of(referrer).orElse(null);
    return page != null && matches(page);
  }

  /** Whether every call passes, also one that names no page. */
  public boolean isOpen() {
    return rules.isEmpty();
  }

  // A plain loop: this one runs for every call.
  private boolean matches(Referrer referrer) {
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i).matches(referrer)) {
        return true;
      }
    }
    return false;
  }

  /** See {@link Restrictions#isWithin}. */
  boolean isWithin(ReferrerMatcher other) {
    if (isOpen() || other.isOpen()) {
      return other.isOpen();
    }
    return rules.stream().allMatch(rule -> other.rules.stream().anyMatch(rule::isWithin));
  }
}
