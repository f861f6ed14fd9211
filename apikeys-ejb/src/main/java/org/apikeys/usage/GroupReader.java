package org.apikeys.usage;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.apikeys.store.Pieces;
import org.jspecify.annotations.Nullable;

/** Finds the groups that calls are told apart by, the busiest first, page by page. */
@ApplicationScoped
class GroupReader {
  private final SumTable table;

  @Inject
  GroupReader(SumTable table) {
    this.table = table;
  }

  @SuppressWarnings("NullAway")
  protected GroupReader() {
    table = null;
  }

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
    boolean byKey = query.groupBy() == GroupBy.KEY || query.groupBy() == GroupBy.ENVIRONMENT;
    return requests(
        query.groupBy(),
        spans.stream()
            .flatMap(
                span -> (byKey ? SumRows.ofKeys(query, span) : SumRows.of(query, span)).stream())
            .toList());
  }

  private Map<String, Long> requests(GroupBy groupBy, List<SumRows> asked) {
    Kind kind = groupBy.kind();
    String group = SumTable.group(groupBy);
    Map<String, Long> requests = new HashMap<>();
    LongAdder all = new LongAdder();
    for (SumRows rows : asked) {
      SumRows both = rows.ofKindAndAll(kind);
      table.read(
          "SELECT r.kind, "
              + group
              + ", SUM(r.requests)"
              + SumTable.from(groupBy)
              + " WHERE "
              + both.condition()
              + " GROUP BY r.kind, "
              + group,
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
    for (List<Long> piece : Pieces.of(numbers, SumRows.PIECE)) {
      table.read(
          "SELECT id, name FROM api_key WHERE id IN " + SumRows.list(piece),
          List.of(),
          row -> names.put(row.getLong(1), row.getString(2)));
    }
    return numbers.stream()
        .map(number -> new Group("key-" + number, names.get(number), number))
        .toList();
  }
}
