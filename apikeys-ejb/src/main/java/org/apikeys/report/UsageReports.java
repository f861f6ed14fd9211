package org.apikeys.report;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apikeys.report.Report.Chart;
import org.apikeys.report.Report.Section;
import org.apikeys.usage.Figures;
import org.apikeys.usage.GroupBy;
import org.apikeys.usage.UsageAnalytics;
import org.apikeys.usage.UsageAnswer;
import org.apikeys.usage.UsageQuery;
import org.jspecify.annotations.Nullable;

/** What keys were used for in a month, and how well that went. */
@ApplicationScoped
class UsageReports {
  private static final int MOST_GROUPS = 50;
  private static final List<String> FIGURES =
      List.of(
          "requests",
          "denied",
          "errors",
          "success_rate",
          "p50_seconds",
          "p90_seconds",
          "p99_seconds",
          "bytes_in",
          "bytes_out");

  private static final List<GroupBy> GROUPS =
      List.of(GroupBy.KEY, GroupBy.ENDPOINT, GroupBy.STATUS, GroupBy.COUNTRY, GroupBy.ENVIRONMENT);

  private final UsageAnalytics analytics;
  private final ReportFacts facts;

  @Inject
  UsageReports(UsageAnalytics analytics, ReportFacts facts) {
    this.analytics = analytics;
    this.facts = facts;
  }

  @SuppressWarnings("NullAway")
  protected UsageReports() {
    analytics = null;
    facts = null;
  }

  String usageSummary(ReportOrder order) {
    UsageAnswer month = month(order);
    Figures totals = month.totals();
    return String.format(
            Locale.ROOT,
            "%,d calls, of which %,d were denied and %,d ended as errors (%.2f %% went well). ",
            totals.requests(),
            totals.denied(),
            totals.errors(),
            totals.successRate())
        + change(month.before(), totals.requests());
  }

  private static String change(@Nullable Figures earlier, long now) {
    if (earlier == null) {
      return "How many there were in as many days before is not kept any more.";
    }
    long before = earlier.requests();
    return before == 0
        ? "There were none in as many days before."
        : String.format(
            Locale.ROOT,
            "In as many days before there were %,d (%+.1f %%).",
            before,
            100.0 * (now - before) / before);
  }

  private UsageAnswer month(ReportOrder order) {
    return analytics.usageBySystem(UsageQuery.of(order.organizationId(), order.days()));
  }

  List<Section> usage(ReportOrder order, Progress progress) {
    List<UsageAnswer.Point> days = month(order).series().get(0).points();
    List<List<@Nullable Object>> rows = new ArrayList<>();
    days.forEach(day -> rows.add(figures(day.start().toString().substring(0, 10), day.figures())));
    Section byDay =
        Section.of("By day", "Days are those of UTC.", columns("day"), rows)
            .with(
                new Chart(
                    "Calls a day",
                    days.stream().map(day -> day.start().toString().substring(8, 10)).toList(),
                    days.stream().map(day -> (double) day.figures().requests()).toList()));
    List<Section> sections = new ArrayList<>(List.of(byDay));
    for (GroupBy by : GROUPS) {
      progress.reached((double) sections.size() / (GROUPS.size() + 1));
      String column = by.name().toLowerCase(Locale.ROOT);
      sections.add(groups(order, by, "By " + column, column));
    }
    return sections;
  }

  private Section groups(ReportOrder order, GroupBy groupBy, String title, String column) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    UsageAnswer answer =
        analytics.usageBySystem(
            UsageQuery.of(order.organizationId(), order.days()).by(groupBy, MOST_GROUPS));
    for (UsageAnswer.Series series : answer.series()) {
      String name = series.name() == null ? series.group() : series.group() + " " + series.name();
      rows.add(figures(name, series.totals()));
    }
    return Section.of(
        title,
        answer.more() ? "The " + MOST_GROUPS + " busiest." : "All of them.",
        columns(column),
        rows);
  }

  /** Every key with what it came to, the slowest first. */
  Section performance(ReportOrder order) {
    Map<Long, ReportFacts.Key> keys = facts.keys(order.organizationId(), order.fromMillis());
    keys.putAll(facts.keys(order.organizationId(), order.toMillis()));
    Map<Long, Figures> used =
        analytics.ofKeysBySystem(UsageQuery.of(order.organizationId(), order.days()));
    List<Map.Entry<Long, Figures>> sorted = new ArrayList<>(used.entrySet());
    sorted.sort(
        Comparator.comparing(
            (Map.Entry<Long, Figures> key) -> key.getValue().p99(),
            Comparator.nullsLast(Comparator.<Double>reverseOrder())));
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Map.Entry<Long, Figures> key : sorted) {
      ReportFacts.Key known = keys.get(key.getKey());
      List<@Nullable Object> row = new ArrayList<>();
      row.add("key-" + key.getKey());
      row.add(known == null ? null : known.name());
      row.add(known == null ? null : known.owner());
      row.addAll(figures(null, key.getValue()).subList(1, FIGURES.size() + 1));
      row.add(key.getValue().throughput());
      rows.add(row);
    }
    List<String> columns = new ArrayList<>(List.of("key_id", "name", "owner"));
    columns.addAll(FIGURES);
    columns.add("calls_per_second");
    Duration length = Duration.between(order.days().from(), order.days().to());
    return Section.of(
            "Keys",
            "The slowest first. Calls a second are the mean over "
                + (length.toDays() + " days; percentiles are right to within 1 %."),
            columns,
            rows)
        .with(
            new Chart(
                "p99 in seconds",
                rows.stream().limit(12).map(row -> String.valueOf(row.get(0))).toList(),
                sorted.stream()
                    .limit(12)
                    .map(key -> key.getValue().p99() == null ? 0.0 : key.getValue().p99())
                    .toList()));
  }

  private static List<String> columns(String first) {
    List<String> columns = new ArrayList<>(List.of(first));
    columns.addAll(FIGURES);
    return columns;
  }

  private static List<@Nullable Object> figures(@Nullable String name, Figures figures) {
    return Report.row(
        name == null ? "unknown" : name,
        figures.requests(),
        figures.denied(),
        figures.errors(),
        figures.successRate(),
        figures.p50(),
        figures.p90(),
        figures.p99(),
        figures.bytesIn(),
        figures.bytesOut());
  }
}
