package org.apikeys.usage;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.apikeys.store.Pieces;
import org.jspecify.annotations.Nullable;

/** Finds sums. What a key is called and where it works is asked of its row by the store itself. */
@ApplicationScoped
class RollUpReader {
  private static final int CHUNK = 500;

  /** How groups are called that have a number. */
  private static final String KEY = "CAST(r.subject AS CHAR(20))";

  private static final String ORGANIZATION = "CAST(r.organization_id AS CHAR(20))";

  @PersistenceContext EntityManager store;

  /**
   * What calls are told apart by.
   *
   * @param item how it is called in the sums and in answers
   * @param number of the key or the organization; 0 when that does not tell groups apart
   */
  record Group(String item, @Nullable String name, long number) {}

  /**
   * Some groups.
   *
   * @param next where further ones begin; null when there are none
   */
  record Page(List<Group> groups, @Nullable Ranking next) {}

  /** A condition with its parameters. */
  private record Where(String sql, List<Object> values) {
    Where and(String more, Object... further) {
      List<Object> all = new ArrayList<>(values);
      all.addAll(List.of(further));
      return new Where(sql + " AND " + more, all);
    }
  }

  /** The sums of everything that is asked about, in one series under the empty name. */
  Map<String, Sums[]> sums(UsageQuery query) {
    Map<String, Sums[]> found = new HashMap<>();
    for (Where where : everything(query)) {
      read(query.periods(), where.and("r.kind = ?", Kind.ALL.word()), "''", "", found);
    }
    return found;
  }

  /** The sums of some groups. */
  Map<String, Sums[]> sums(UsageQuery query, List<Group> groups) {
    Map<String, Sums[]> found = new HashMap<>();
    if (groups.isEmpty()) {
      return found;
    }
    switch (query.groupBy()) {
      case KEY -> {
        Map<String, Sums[]> byNumber = new HashMap<>();
        for (Where where : of(numbers(groups), Span.of(query.periods()))) {
          read(query.periods(), where.and("r.kind = ?", Kind.ALL.word()), KEY, "", byNumber);
        }
        groups.forEach(
            group -> {
              Sums[] sums = byNumber.get(Long.toString(group.number()));
              if (sums != null) {
                found.put(group.item(), sums);
              }
            });
      }
      case ORGANIZATION -> {
        for (Where where : query.keys() == null ? ofOrganizations(query, groups) : ofKeys(query)) {
          read(query.periods(), where.and("r.kind = ?", Kind.ALL.word()), ORGANIZATION, "", found);
        }
      }
      case ENVIRONMENT -> {
        for (Where where : ofKeys(query)) {
          read(
              query.periods(),
              where.and("r.kind = ?", Kind.ALL.word()),
              "k.environment",
              " JOIN api_key k ON k.id = r.subject",
              found);
        }
      }
      default -> {
        for (Where where : everything(query)) {
          for (List<Group> chunk : Pieces.of(groups, CHUNK)) {
            String marks = chunk.stream().map(group -> "?").collect(Collectors.joining(", "));
            read(
                query.periods(),
                where
                    .and("r.kind = ?", query.groupBy().kind().word())
                    .and("r.item IN (" + marks + ")", chunk.stream().map(Group::item).toArray()),
                "r.item",
                "",
                found);
          }
        }
        if (groups.stream().anyMatch(group -> query.groupBy().kind().isLeft(group.item()))) {
          count(query, found);
        }
      }
    }
    return found;
  }

  /** Sets how many calls there were of those that are not counted: all without the others. */
  private void count(UsageQuery query, Map<String, Sums[]> found) {
    Periods periods = query.periods();
    Kind kind = query.groupBy().kind();
    Map<String, Sums[]> counts = new HashMap<>();
    for (Where where : everything(query)) {
      // in one statement: what is rolled up meanwhile is in both or in neither
      Where both =
          where
              .and("r.kind IN (?, ?)", Kind.ALL.word(), kind.word())
              .and("(r.kind = ? OR r.item <> ?)", Kind.ALL.word(), kind.usual());
      query(
          "SELECT r.kind, r.bucket, SUM(r.requests) AS requests, SUM(r.denied) AS denied,"
              + " SUM(r.errors) AS errors, "
              + Saturated.sum("r.bytes_in")
              + " AS bytes_in, "
              + Saturated.sum("r.bytes_out")
              + " AS bytes_out FROM usage_rollup r WHERE "
              + both.sql()
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

  private void read(
      Periods periods, Where where, String name, String join, Map<String, Sums[]> found) {
    String sql =
        "SELECT r.bucket, r.requests, r.denied, r.errors, r.timed, r.response_micros, r.bytes_in,"
            + " r.bytes_out, r.sketch, "
            + name
            + " AS group_name FROM usage_rollup r"
            + join
            + " WHERE "
            + where.sql();
    query(
        sql,
        where.values(),
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

  /** The groups of a page, in the order of the query. */
  Page groups(UsageQuery query) {
    Map<String, Long> present = requests(query, List.of(Span.of(query.periods())));
    Map<String, Long> ordering = present;
    Ranking ranking = query.ranking();
    if (ranking.atBeginning() && present.size() <= query.size()) {
      ranking = ranking.byAllCalls(); // nobody reads on
    }
    if (!ranking.live()) {
      ordering = requests(query, Span.before(ranking.until(), query.periods()));
      if (ranking.atBeginning() && ordering.isEmpty()) {
        ranking = ranking.byAllCalls();
        ordering = present;
      }
    }
    return page(present.keySet(), ordering, ranking, query);
  }

  private Page page(
      Set<String> items, Map<String, Long> requests, Ranking ranking, UsageQuery query) {
    List<Map.Entry<String, Long>> ranked =
        items.stream()
            .map(item -> Map.entry(item, requests.getOrDefault(item, 0L)))
            .filter(group -> ranking.leaves(group.getKey(), group.getValue()))
            .sorted(
                Map.Entry.<String, Long>comparingByValue()
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey()))
            .toList();
    boolean more = ranked.size() > query.size();
    List<Map.Entry<String, Long>> page = more ? ranked.subList(0, query.size()) : ranked;
    Ranking next = null;
    if (more) {
      Map.Entry<String, Long> last = page.get(page.size() - 1);
      next = ranking.after(last.getKey(), last.getValue());
    }
    return new Page(named(query.groupBy(), page.stream().map(Map.Entry::getKey).toList()), next);
  }

  private List<Group> named(GroupBy groupBy, List<String> items) {
    return switch (groupBy) {
      case KEY -> keys(items.stream().map(Long::valueOf).toList());
      case ORGANIZATION ->
          items.stream().map(number -> new Group(number, null, Long.parseLong(number))).toList();
      default -> items.stream().map(item -> new Group(item, null, 0)).toList();
    };
  }

  /** How many calls each group has in some spans, of those that have any. */
  private Map<String, Long> requests(UsageQuery query, List<Span> spans) {
    List<Where> wheres =
        spans.stream()
            .flatMap(
                span ->
                    switch (query.groupBy()) {
                      case KEY, ENVIRONMENT -> ofKeys(query, span).stream();
                      default -> everything(query, span).stream();
                    })
            .toList();
    return switch (query.groupBy()) {
      case KEY -> requests(query.groupBy(), wheres, KEY, "");
      case ORGANIZATION -> requests(query.groupBy(), wheres, ORGANIZATION, "");
      case ENVIRONMENT ->
          requests(query.groupBy(), wheres, "k.environment", " JOIN api_key k ON k.id = r.subject");
      default -> requests(query.groupBy(), wheres, "r.item", "");
    };
  }

  private Map<String, Long> requests(
      GroupBy groupBy, List<Where> wheres, String name, String join) {
    Kind kind = groupBy.kind();
    Map<String, Long> requests = new HashMap<>();
    LongAdder all = new LongAdder();
    for (Where where : wheres) {
      Where both = where.and("r.kind IN (?, ?)", Kind.ALL.word(), kind.word());
      query(
          "SELECT r.kind, "
              + name
              + ", SUM(r.requests) FROM usage_rollup r"
              + join
              + " WHERE "
              + both.sql()
              + " GROUP BY r.kind, "
              + name,
          both.values(),
          row -> {
            if (row.getString(1).equals(kind.word())) {
              requests.merge(row.getString(2).strip(), row.getLong(3), Long::sum);
            } else {
              all.add(row.getLong(3));
            }
          });
    }
    if (kind != Kind.ALL) {
      requests.remove(kind.usual());
      long others = requests.values().stream().mapToLong(Long::longValue).sum();
      requests.put(kind.usual(), all.sum() - others);
    }
    requests.values().removeIf(calls -> calls <= 0);
    return requests;
  }

  /** Keys with their names. */
  private List<Group> keys(List<Long> numbers) {
    Map<Long, String> names = new HashMap<>();
    for (List<Long> chunk : Pieces.of(numbers, CHUNK)) {
      query(
          "SELECT id, name FROM api_key WHERE id IN " + list(chunk),
          List.of(),
          row -> names.put(row.getLong(1), row.getString(2)));
    }
    return numbers.stream()
        .map(number -> new Group("key-" + number, names.get(number), number))
        .toList();
  }

  /** The most calls in one window of each period, in their order. */
  List<Long> peaks(UsageQuery query, int windowMinutes) {
    long[] peaks = new long[query.periods().count()];
    Map<Long, Long> windows = new HashMap<>();
    for (Where where : everything(query, Span.of(query.periods(), windowMinutes))) {
      Where all = where.and("r.kind = ?", Kind.ALL.word());
      query(
          "SELECT r.bucket, SUM(r.requests) FROM usage_rollup r WHERE "
              + all.sql()
              + " GROUP BY r.bucket",
          all.values(),
          row -> windows.merge(row.getLong(1), row.getLong(2), Long::sum));
    }
    windows.forEach(
        (start, requests) -> {
          int index = query.periods().indexOf(Instant.ofEpochMilli(start));
          peaks[index] = Math.max(peaks[index], requests);
        });
    return java.util.Arrays.stream(peaks).boxed().toList();
  }

  private static List<Where> everything(UsageQuery query) {
    return everything(query, Span.of(query.periods()));
  }

  private static List<Where> everything(UsageQuery query, Span span) {
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

  private static List<Where> ofOrganizations(UsageQuery query, List<Group> groups) {
    List<Long> subjects = numbers(groups).stream().map(number -> -number).toList();
    return of(subjects, Span.of(query.periods()));
  }

  private static List<Where> ofKeys(UsageQuery query) {
    return ofKeys(query, Span.of(query.periods()));
  }

  private static List<Where> ofKeys(UsageQuery query, Span span) {
    List<Long> keys = query.keys();
    if (keys == null) {
      return List.of(
          in(span, "r.subject > 0").and("r.organization_id = ?", query.organizationId()));
    }
    return of(keys, span);
  }

  private static List<Where> of(List<Long> subjects, Span span) {
    return Pieces.of(subjects, CHUNK).stream()
        .map(chunk -> in(span, "r.subject IN " + list(chunk)))
        .toList();
  }

  private static Where in(Span span, String subjects) {
    return new Where(
        subjects + " AND r.grain = ? AND r.bucket >= ? AND r.bucket < ?",
        List.of(span.minutes(), span.from(), span.to()));
  }

  private static List<Long> numbers(List<Group> groups) {
    return groups.stream().map(Group::number).toList();
  }

  private static String list(Collection<Long> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
  }

  /** Takes a row. */
  private interface Row {
    void take(ResultSet row) throws SQLException;
  }

  private void query(String sql, List<Object> values, Row each) {
    Connection connection = store.unwrap(Connection.class);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.size(); i++) {
        statement.setObject(i + 1, values.get(i));
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          each.take(rows);
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("usage can't be read", e);
    }
  }
}
