package org.apikeys.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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

  /**
   * The entry, with what of the log is taken away as its reason; without one when it is everything.
   * Who it tells of is named only when there is anything of them: any text may have been sent.
   *
   * @param count how many records are taken
   */
  AuditEntry noted(AuditEntry entry, long count) {
    List<String> words = new ArrayList<>(new TreeSet<>(keys));
    String someone = count == 0 ? null : subject;
    if (someone != null) {
      words.add(someone);
    }
    if (from != null) {
      words.add("from " + from);
    }
    if (to != null) {
      words.add("before " + to);
    }
    String reason = words.isEmpty() ? null : String.join(", ", words);
    return someone == null || reason == null
        ? entry.because(reason)
        : entry.becauseOf(someone, reason);
  }
}
