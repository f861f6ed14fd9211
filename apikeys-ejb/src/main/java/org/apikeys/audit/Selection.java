package org.apikeys.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which records are taken away.
 *
 * @param events what a record has to be like, as in a list of them
 * @param keys ids as in {@code target.id} ({@code key-1}): records of what was done to these keys
 *     or by them, and of the requests that led to them; empty is everything
 * @param subject a person as in {@code actor.id}: what they did and what was done to them; null is
 *     everybody
 */
public record Selection(EventFilter events, Set<String> keys, @Nullable String subject) {
  /** Every record. */
  static final Selection ALL = about(null);

  public Selection {
    keys = Set.copyOf(keys);
  }

  /** All that tells of a person, or of anybody. */
  static Selection about(@Nullable String subject) {
    return new Selection(EventFilter.ANY, Set.of(), subject);
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
    if (events.from() != null) {
      words.add("from " + events.from());
    }
    if (events.to() != null) {
      words.add("before " + events.to());
    }
    words.addAll(narrowed());
    String reason = words.isEmpty() ? null : String.join(", ", words);
    return someone == null || reason == null
        ? entry.because(reason)
        : entry.becauseOf(someone, reason);
  }

  /**
   * What leaves records out beside period, keys and person. A text that was sent is not repeated.
   */
  List<String> narrowed() {
    List<String> words = new ArrayList<>();
    if (events.actions() != null) {
      words.add("only " + String.join(" ", new TreeSet<>(events.actions())));
    }
    if (events.outcome() != null) {
      words.add("outcome " + events.outcome());
    }
    if (events.actor() != null) {
      words.add("of one actor");
    }
    if (events.target() != null) {
      words.add("of one target");
    }
    if (events.q() != null) {
      words.add("with certain words");
    }
    return words;
  }
}
