package org.apikeys.audit;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which records are taken away; null is any.
 *
 * @param from the earliest time, included
 * @param to the time that all are before
 * @param keys ids as in {@code target.id} ({@code key-1}): records of what was done to these keys
 *     or by them, and of the requests that led to them; empty is everything
 */
public record Selection(
    @Nullable Instant from, @Nullable Instant to, Set<String> keys, @Nullable String subject) {
  /** Every record. */
  static final Selection ALL = new Selection(null, null, Set.of(), null);

  public Selection {
    keys = Set.copyOf(keys);
  }
}
