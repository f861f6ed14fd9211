package org.apikeys.web.usage;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apikeys.usage.Figures;
import org.apikeys.usage.Geography;
import org.apikeys.usage.GroupBy;
import org.apikeys.usage.Periods;
import org.apikeys.usage.UsageAnswer;
import org.apikeys.usage.UsageQuery;
import org.jspecify.annotations.Nullable;

/** Writes usage over time as clients read it. */
@ApplicationScoped
public class AnalyticsAnswers {
  private final Geography geography;

  @Inject
  public AnalyticsAnswers(Geography geography) {
    this.geography = geography;
  }

  @SuppressWarnings("NullAway")
  protected AnalyticsAnswers() {
    geography = null;
  }

  Map<String, @Nullable Object> of(UsageQuery query, @Nullable Long key, UsageAnswer found) {
    Periods periods = query.periods();
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("key_id", key == null ? null : "key-" + key);
    answer.put("from", periods.from());
    answer.put("to", periods.to());
    answer.put("interval", periods.interval());
    answer.put("zone", periods.zone().getId().equals("Z") ? "UTC" : periods.zone().getId());
    answer.put("group_by", query.groupBy() == GroupBy.NONE ? null : query.groupBy().word());
    answer.put("totals", figures(found.totals()));
    answer.put("previous", previous(found));
    answer.put(
        "series", found.series().stream().map(series -> shown(series, query.groupBy())).toList());
    answer.put("next_cursor", found.next() == null ? null : RankingCursor.of(found.next()));
    if (query.groupBy() == GroupBy.COUNTRY) {
      answer.put("country_source", geography.source());
      answer.put("country_note", geography.whyUnknown());
    }
    return answer;
  }

  private static Map<String, @Nullable Object> previous(UsageAnswer found) {
    Map<String, @Nullable Object> previous = new LinkedHashMap<>();
    previous.put("from", found.beforePeriods().from());
    previous.put("to", found.beforePeriods().to());
    previous.put("totals", found.before() == null ? null : figures(found.before()));
    Map<String, @Nullable Object> change = new LinkedHashMap<>();
    change.put("requests", change(found, Figures::requests));
    change.put("errors", change(found, Figures::errors));
    change.put("p50", change(found, Figures::p50));
    change.put("p90", change(found, Figures::p90));
    change.put("p99", change(found, Figures::p99));
    previous.put("change_percent", change);
    return previous;
  }

  private static @Nullable Double change(
      UsageAnswer found, Function<Figures, @Nullable Number> figure) {
    Figures before = found.before();
    return before == null ? null : change(figure.apply(before), figure.apply(found.totals()));
  }

  /** By how many percent a figure has changed; null when there was none before. */
  private static @Nullable Double change(@Nullable Number before, @Nullable Number now) {
    return before == null || now == null || before.doubleValue() == 0
        ? null
        : Math.round(1_000 * (now.doubleValue() - before.doubleValue()) / before.doubleValue())
            / 10.0;
  }

  private static Map<String, @Nullable Object> shown(UsageAnswer.Series series, GroupBy groupBy) {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    shown.put("group", series.group());
    if (groupBy == GroupBy.KEY) {
      shown.put("key_id", series.group());
      shown.put("name", series.name());
    } else if (groupBy != GroupBy.NONE) {
      shown.put(groupBy.word(), series.group());
    }
    shown.put("totals", figures(series.totals()));
    List<Map<String, @Nullable Object>> points =
        series.points().stream()
            .map(
                point -> {
                  Map<String, @Nullable Object> one = new LinkedHashMap<>();
                  one.put("start", point.start());
                  one.putAll(figures(point.figures()));
                  return one;
                })
            .toList();
    shown.put("points", points);
    return shown;
  }

  private static Map<String, @Nullable Object> figures(Figures figures) {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    shown.put("requests", figures.requests());
    shown.put("denied", figures.denied());
    shown.put("errors", figures.errors());
    shown.put("success_rate", figures.successRate());
    shown.put("throughput", figures.throughput());
    shown.put("p50", figures.p50());
    shown.put("p90", figures.p90());
    shown.put("p99", figures.p99());
    shown.put("avg_response_time", figures.average());
    shown.put("bytes_in", figures.bytesIn());
    shown.put("bytes_out", figures.bytesOut());
    return shown;
  }
}
