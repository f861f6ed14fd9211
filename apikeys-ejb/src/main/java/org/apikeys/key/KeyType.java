package org.apikeys.key;

import java.time.Duration;
import java.util.List;
import org.apikeys.limit.RateLimits;
import org.jspecify.annotations.Nullable;

/**
 * A template that a key of this type follows (seed 001).
 *
 * @param category {@code application}, {@code user} or {@code system}
 * @param description one sentence for people
 * @param longestLife how long a key lives at most; null for any time
 * @param readingOnly whether only scopes that read may be granted
 * @param requires restrictions that must be there: {@code referrers}, {@code ip}
 * @param rateLimits what a key gets whose creator names no limit; null for the standard ones
 */
public record KeyType(
    String category,
    String description,
    @Nullable Duration longestLife,
    boolean readingOnly,
    @Nullable List<String> requires,
    @Nullable RateLimits rateLimits) {

  public KeyType {
    if (!List.of("application", "user", "system").contains(category)) {
      throw new IllegalArgumentException("category is application, user or system");
    }
    requires = requires == null ? List.of() : List.copyOf(requires);
    if (!List.of("referrers", "ip").containsAll(requires)) {
      throw new IllegalArgumentException("requires names referrers or ip");
    }
    if (longestLife != null && (longestLife.isNegative() || longestLife.isZero())) {
      throw new IllegalArgumentException("longest_life is a duration above zero");
    }
  }

  /** Whether it is one of the types that the system itself is run with. */
  public boolean isSystem() {
    return category.equals("system");
  }
}
