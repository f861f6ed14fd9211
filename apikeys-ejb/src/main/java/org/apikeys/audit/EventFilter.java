package org.apikeys.audit;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which records are wanted; null is any.
 *
 * @param from the earliest time, included
 * @param to the time that all are before
 * @param actor name or id of the actor
 * @param actions words of actions, of which a record has one
 * @param target id, {@code type:id} or name of the target
 * @param outcome {@code success}, {@code denied} or {@code error}
 * @param q words that the record contains, in any case
 * @param before only records with a lower sequence
 */
public record EventFilter(
    @Nullable Instant from,
    @Nullable Instant to,
    @Nullable String actor,
    @Nullable Set<String> actions,
    @Nullable String target,
    @Nullable String outcome,
    @Nullable String q,
    @Nullable Long before) {
  /** Every record. */
  public static final EventFilter ANY = between(null, null);

  public EventFilter {
    actions = actions == null ? null : Set.copyOf(actions);
  }

  /** The records of a period. */
  public static EventFilter between(@Nullable Instant from, @Nullable Instant to) {
    return new EventFilter(from, to, null, null, null, null, null, null);
  }
}
