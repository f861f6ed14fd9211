package org.apikeys.usage;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.apikeys.store.Pieces;

/**
 * Rows of {@code usage_rollup r} that somebody asks about. Many keys are asked about in pieces.
 *
 * @param condition as it stands behind {@code WHERE}
 * @param values of its parameters, in their order
 */
record SumRows(String condition, List<Object> values) {
  /** So many numbers or words stand in one statement. */
  static final int PIECE = 500;

  /** All that a query is about, each call once. */
  static List<SumRows> of(UsageQuery query, Span span) {
    if (query.keys() != null) {
      return ofKeys(query, span);
    }
    return List.of(
        in(
            span,
            query.everyOrganization()
                ? "r.subject < 0"
                : "r.subject = " + -query.organizationId()));
  }

  /** The same, key by key. */
  static List<SumRows> ofKeys(UsageQuery query, Span span) {
    List<Long> keys = query.keys();
    if (keys == null) {
      return List.of(
          in(span, "r.subject > 0").and("r.organization_id = ?", query.organizationId()));
    }
    return of(keys, span);
  }

  /** Of some keys, or of some organizations, whose numbers are below zero. */
  static List<SumRows> of(List<Long> subjects, Span span) {
    return Pieces.of(subjects, PIECE).stream()
        .map(piece -> in(span, "r.subject IN " + list(piece)))
        .toList();
  }

  private static SumRows in(Span span, String subjects) {
    return new SumRows(
        subjects + " AND r.grain = ? AND r.bucket >= ? AND r.bucket < ?",
        List.of(span.minutes(), span.from(), span.to()));
  }

  /** Numbers as they stand behind {@code IN}. */
  static String list(Collection<Long> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
  }

  /** Of them, those of a kind. */
  SumRows ofKind(Kind kind) {
    return and("r.kind = ?", kind.word());
  }

  /** Of them, those of a kind, and all calls beside. */
  SumRows ofKindAndAll(Kind kind) {
    return and("r.kind IN (?, ?)", Kind.ALL.word(), kind.word());
  }

  SumRows and(String more, Object... further) {
    List<Object> all = new ArrayList<>(values);
    all.addAll(List.of(further));
    return new SumRows(condition + " AND " + more, all);
  }
}
