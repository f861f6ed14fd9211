package org.apikeys.key;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How often a key was used, by all generations of its secret.
 *
 * @param lastUsedAt the latest call that was allowed; null for never
 */
record KeyUsage(long allowed, long denied, @Nullable Instant lastUsedAt) {
  static final KeyUsage NONE = new KeyUsage(0, 0, null);

  static KeyUsage of(Collection<KeySecret> generations) {
    return new KeyUsage(
        generations.stream().mapToLong(KeySecret::requestCount).sum(),
        generations.stream().mapToLong(KeySecret::deniedCount).sum(),
        generations.stream()
            .map(KeySecret::lastUsedAt)
            .filter(Objects::nonNull)
            .max(Comparator.naturalOrder())
            .orElse(null));
  }
}
