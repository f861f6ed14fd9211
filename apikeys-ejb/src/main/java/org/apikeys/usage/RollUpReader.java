package org.apikeys.usage;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apikeys.store.Pieces;
import org.apikeys.usage.GroupReader.Group;

/** Finds sums, in a series for each group. */
@ApplicationScoped
class RollUpReader {
  private final SumTable table;

  @Inject
  RollUpReader(SumTable table) {
    this.table = table;
  }

  @SuppressWarnings("NullAway")
  protected RollUpReader() {
    table = null;
  }

  /** The sums of everything that is asked about, in one series under the empty name. */
  Map<String, Sums[]> sums(UsageQuery query) {
    return sums(query.periods(), GroupBy.NONE, everything(query));
  }

  /** The sums of some groups. */
  Map<String, Sums[]> sums(UsageQuery query, List<Group> groups) {
    if (groups.isEmpty()) {
      return Map.of();
    }
    Span span = Span.of(query.periods());
    return switch (query.groupBy()) {
      case KEY -> ofKeys(query, groups);
      case ORGANIZATION ->
          sums(
              query.periods(),
              GroupBy.ORGANIZATION,
              query.keys() == null
                  ? SumRows.of(groups.stream().map(group -> -group.number()).toList(), span)
                  : SumRows.ofKeys(query, span));
      case ENVIRONMENT -> sums(query.periods(), GroupBy.ENVIRONMENT, SumRows.ofKeys(query, span));
      default -> ofItems(query, groups);
    };
  }

  private Map<String, Sums[]> ofKeys(UsageQuery query, List<Group> groups) {
    List<Long> numbers = groups.stream().map(Group::number).toList();
    Map<String, Sums[]> byNumber =
        sums(query.periods(), GroupBy.KEY, SumRows.of(numbers, Span.of(query.periods())));
    Map<String, Sums[]> found = new HashMap<>();
    groups.forEach(
        group -> {
          Sums[] sums = byNumber.get(Long.toString(group.number()));
          if (sums != null) {
            found.put(group.item(), sums);
          }
        });
    return found;
  }

  private Map<String, Sums[]> ofItems(UsageQuery query, List<Group> groups) {
    Kind kind = query.groupBy().kind();
    Map<String, Sums[]> found = new HashMap<>();
    for (SumRows rows : everything(query)) {
      for (List<Group> piece : Pieces.of(groups, SumRows.PIECE)) {
        String marks = piece.stream().map(group -> "?").collect(Collectors.joining(", "));
        read(
            query.periods(),
            query.groupBy(),
            rows.ofKind(kind)
                .and("r.item IN (" + marks + ")", piece.stream().map(Group::item).toArray()),
            found);
      }
    }
    if (groups.stream().anyMatch(group -> kind.isLeft(group.item()))) {
      count(query, found);
    }
    return found;
  }

  /** Sets how many calls there were of those that are not counted: all without the others. */
  private void count(UsageQuery query, Map<String, Sums[]> found) {
    Periods periods = query.periods();
    Kind kind = query.groupBy().kind();
    Map<String, Sums[]> counts = new HashMap<>();
    for (SumRows rows : everything(query)) {
      // in one statement: what is rolled up meanwhile is in both or in neither
      SumRows both =
          rows.ofKindAndAll(kind).and("(r.kind = ? OR r.item <> ?)", Kind.ALL.word(), kind.usual());
      table.read(
          "SELECT r.kind, r.bucket, SUM(r.requests) AS requests, SUM(r.denied) AS denied,"
              + " SUM(r.errors) AS errors, "
              + Saturated.sum("r.bytes_in")
              + " AS bytes_in, "
              + Saturated.sum("r.bytes_out")
              + " AS bytes_out"
              + SumTable.from(query.groupBy())
              + " WHERE "
              + both.condition()
              + " GROUP BY r.kind, r.bucket",
          both.values(),
          row -> RollUps.addCounts(at(row, row.getString("kind"), periods, counts), row));
    }
    Sums[] all = series(Kind.ALL.word(), periods, counts);
    Sums[] others = series(kind.word(), periods, counts);
    Sums[] left = series(kind.usual(), periods, found);
    for (int i = 0; i < left.length; i++) {
      left[i].leave(all[i], others[i]);
    }
  }

  /** Of all calls of rows, whatever they have in common. */
  private Map<String, Sums[]> sums(Periods periods, GroupBy groupBy, List<SumRows> asked) {
    Map<String, Sums[]> found = new HashMap<>();
    asked.forEach(rows -> read(periods, groupBy, rows.ofKind(Kind.ALL), found));
    return found;
  }

  private void read(Periods periods, GroupBy groupBy, SumRows rows, Map<String, Sums[]> found) {
    table.read(
        "SELECT r.bucket, r.requests, r.denied, r.errors, r.timed, r.response_micros, r.bytes_in,"
            + " r.bytes_out, r.sketch, "
            + SumTable.group(groupBy)
            + " AS group_name"
            + SumTable.from(groupBy)
            + " WHERE "
            + rows.condition(),
        rows.values(),
        row ->
            RollUps.addStored(at(row, row.getString("group_name").strip(), periods, found), row));
  }

  /** The sums that a row belongs to. */
  private static Sums at(ResultSet row, String name, Periods periods, Map<String, Sums[]> found)
      throws SQLException {
    int index = periods.indexOf(Instant.ofEpochMilli(row.getLong("bucket")));
    return series(name, periods, found)[index];
  }

  private static Sums[] series(String name, Periods periods, Map<String, Sums[]> found) {
    return found.computeIfAbsent(name, fresh -> UsageAnalytics.empty(periods));
  }

  /** The most calls in one window of each period, in their order. */
  List<Long> peaks(UsageQuery query, int windowMinutes) {
    long[] peaks = new long[query.periods().count()];
    Map<Long, Long> windows = new HashMap<>();
    for (SumRows rows : SumRows.of(query, Span.of(query.periods(), windowMinutes))) {
      SumRows all = rows.ofKind(Kind.ALL);
      table.read(
          "SELECT r.bucket, SUM(r.requests)"
              + SumTable.from(GroupBy.NONE)
              + " WHERE "
              + all.condition()
              + " GROUP BY r.bucket",
          all.values(),
          row -> windows.merge(row.getLong(1), row.getLong(2), Long::sum));
    }
    windows.forEach(
        (start, requests) -> {
          int index = query.periods().indexOf(Instant.ofEpochMilli(start));
          peaks[index] = Math.max(peaks[index], requests);
        });
    return Arrays.stream(peaks).boxed().toList();
  }

  private static List<SumRows> everything(UsageQuery query) {
    return SumRows.of(query, Span.of(query.periods()));
  }
}
