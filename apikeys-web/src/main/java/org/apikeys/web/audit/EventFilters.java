package org.apikeys.web.audit;

import java.time.Instant;
import java.util.List;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.audit.EventFilter;
import org.apikeys.web.http.Query;
import org.jspecify.annotations.Nullable;

/** Reads which records are wanted, the same way for the list and for the live view. */
final class EventFilters {
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
        query.text("action"),
        query.text("target"),
        query.oneOf("outcome", List.of("success", "denied", "error")),
        query.text("q"),
        before);
  }
}
