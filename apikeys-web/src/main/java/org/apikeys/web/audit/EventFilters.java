package org.apikeys.web.audit;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apikeys.api.audit.Action;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.audit.EventFilter;
import org.apikeys.web.http.Query;
import org.jspecify.annotations.Nullable;

/** Reads which records are wanted, the same way for lists, the live view and what is taken away. */
final class EventFilters {
  /** What records can say that was done. */
  private static final Set<String> ACTIONS =
      Stream.of(Action.values()).map(Action::word).collect(Collectors.toUnmodifiableSet());

  private EventFilters() {}

  static EventFilter of(Query query, @Nullable Long before) {
    Instant from = query.time("from");
    Instant to = query.time("to");
    if (from != null && to != null && to.isBefore(from)) {
      throw ProblemException.invalid("to", "is before from");
    }
    return new EventFilter(
        from,
        to,
        query.text("actor"),
        actions(query.text("action")),
        query.text("target"),
        query.oneOf("outcome", List.of("success", "denied", "error")),
        query.text("q"),
        before);
  }

  private static @Nullable Set<String> actions(@Nullable String list) {
    if (list == null) {
      return null;
    }
    Set<String> actions = new TreeSet<>();
    for (String word : list.split(",", -1)) {
      if (!ACTIONS.contains(word.strip())) {
        throw ProblemException.invalid(
            "action",
            "is one or more of the log's actions with commas between, such as"
                + (" key.created,key.revoked; there is no action '" + word + "'"));
      }
      actions.add(word.strip());
    }
    return actions;
  }
}
