package org.apikeys.key;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.function.Predicate;
import org.apikeys.api.permission.HeldScopes;
import org.apikeys.api.permission.Scope;
import org.apikeys.limit.WindowLimits;
import org.apikeys.restriction.IpMatcher;
import org.apikeys.restriction.IpRules;
import org.apikeys.restriction.ReferrerMatcher;

/**
 * What keys in memory have in common: most of an organization's have one of a few owners, sets of
 * scopes, address ranges and limits. Each is compiled and kept once, ten thousand of a kind at
 * most. Everything here is immutable and follows from what it is found by.
 */
@ApplicationScoped
class SharedParts {
  private static final int MOST = 10_000;

  private final Cache<String, String> texts = parts();
  private final Cache<List<String>, HeldScopes> scopes = parts();
  private final Cache<IpRules, IpMatcher> addresses = parts();
  private final Cache<List<String>, ReferrerMatcher> referrers = parts();
  private final Cache<WindowLimits, WindowLimits> limits = parts();
  private final Cache<KeyTerms, KeyTerms> terms = parts();

  private static <K, V> Cache<K, V> parts() {
    return Caffeine.newBuilder().maximumSize(MOST).weakValues().executor(Runnable::run).build();
  }

  String text(String text) {
    return Objects.requireNonNull(texts.get(text, same -> same));
  }

  HeldScopes scopes(SortedSet<String> held, Predicate<Scope> ignoresCase) {
    // what is limited to resources depends on the plugins that there are, too
    if (held.stream().anyMatch(one -> one.indexOf('@') >= 0)) {
      return HeldScopes.of(held, ignoresCase);
    }
    return Objects.requireNonNull(scopes.get(List.copyOf(held), HeldScopes::of));
  }

  IpMatcher addresses(IpRules rules) {
    return Objects.requireNonNull(addresses.get(rules, IpMatcher::compile));
  }

  ReferrerMatcher referrers(List<String> patterns) {
    return Objects.requireNonNull(referrers.get(List.copyOf(patterns), ReferrerMatcher::compile));
  }

  WindowLimits limits(WindowLimits windows) {
    return Objects.requireNonNull(limits.get(windows, same -> same));
  }

  /** All of the above; matchers and scopes that are not the same object make others of it. */
  KeyTerms terms(KeyTerms made) {
    return Objects.requireNonNull(terms.get(made, same -> same));
  }
}
