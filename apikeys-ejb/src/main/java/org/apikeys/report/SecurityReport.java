package org.apikeys.report;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apikeys.report.Report.Chart;
import org.apikeys.report.Report.Section;
import org.apikeys.usage.Figures;
import org.apikeys.usage.GroupBy;
import org.apikeys.usage.UsageAnalytics;
import org.apikeys.usage.UsageAnswer;
import org.apikeys.usage.UsageQuery;
import org.jspecify.annotations.Nullable;

/** What went against the rules in a month: denials, locked names, alerts, and what was done. */
@ApplicationScoped
class SecurityReport {
  private static final int MOST_LINES = 500;
  private static final List<String> INCIDENTS =
      List.of(
          "alert.raised",
          "alert.resolved",
          "leak.reported",
          "session.locked",
          "plugin.quarantined",
          "key.revoked",
          "key.deactivated");
  private static final List<String> COUNTED =
      List.of(
          "access.denied",
          "session.denied",
          "session.locked",
          "alert.raised",
          "alert.acknowledged",
          "alert.resolved",
          "leak.reported",
          "plugin.quarantined",
          "key.revoked",
          "key.deactivated",
          "user.deleted");

  private final UsageAnalytics analytics;
  private final ReportFacts facts;

  @Inject
  SecurityReport(UsageAnalytics analytics, ReportFacts facts) {
    this.analytics = analytics;
    this.facts = facts;
  }

  @SuppressWarnings("NullAway")
  protected SecurityReport() {
    analytics = null;
    facts = null;
  }

  String summary(ReportOrder order) {
    Map<String, Long> actions = actions(order);
    Figures totals = analytics.usage(UsageQuery.of(order.organizationId(), order.days())).totals();
    return totals.denied()
        + " calls with known keys were denied; "
        + actions.getOrDefault("alert.raised", 0L)
        + " alerts were raised, "
        + actions.getOrDefault("alert.resolved", 0L)
        + " resolved; names were locked "
        + actions.getOrDefault("session.locked", 0L)
        + " times.";
  }

  private Map<String, Long> actions(ReportOrder order) {
    return facts.actions(order.organizationId(), order.fromMillis(), order.toMillis());
  }

  List<Section> sections(ReportOrder order) {
    Map<String, Long> actions = actions(order);
    List<List<@Nullable Object>> counted = new ArrayList<>();
    COUNTED.forEach(action -> counted.add(Report.row(action, actions.getOrDefault(action, 0L))));
    List<List<@Nullable Object>> lines = new ArrayList<>();
    facts
        .lines(order.organizationId(), order.fromMillis(), order.toMillis(), INCIDENTS, MOST_LINES)
        .forEach(
            line ->
                lines.add(
                    Report.row(
                        line.at(),
                        line.action(),
                        line.targetType(),
                        line.targetId(),
                        line.outcome(),
                        line.sequence())));
    return List.of(
        Section.of(
            "Incidents",
            "Each with its sequence in the audit log: GET /api/v1/audit/events/{sequence}. At most "
                + (MOST_LINES + " are listed."),
            List.of("time", "action", "target_type", "target_id", "outcome", "sequence"),
            lines),
        Section.of(
            "Records in the audit log",
            "Of the denials of one source the first ten in a minute have a record each, the rest"
                + " share one.",
            List.of("action", "records"),
            counted),
        denials(order),
        byDay(order),
        keys(order));
  }

  private Section denials(ReportOrder order) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    UsageAnswer byCode =
        analytics.usage(UsageQuery.of(order.organizationId(), order.days()).by(GroupBy.CODE, 50));
    byCode.series().stream()
        .filter(series -> series.totals().denied() > 0)
        .forEach(series -> rows.add(Report.row(series.group(), series.totals().denied())));
    return Section.of(
        "Denied calls by reason", "Of calls with known keys.", List.of("code", "calls"), rows);
  }

  private Section byDay(ReportOrder order) {
    List<UsageAnswer.Point> days =
        analytics
            .usage(UsageQuery.of(order.organizationId(), order.days()))
            .series()
            .get(0)
            .points();
    List<List<@Nullable Object>> rows = new ArrayList<>();
    days.forEach(
        day ->
            rows.add(Report.row(day.start().toString().substring(0, 10), day.figures().denied())));
    return Section.of(
            "Denied calls by day", "Days are those of UTC.", List.of("day", "calls"), rows)
        .with(
            new Chart(
                "Denied calls a day",
                days.stream().map(day -> day.start().toString().substring(8, 10)).toList(),
                days.stream().map(day -> (double) day.figures().denied()).toList()));
  }

  private Section keys(ReportOrder order) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    analytics
        .ofKeys(UsageQuery.of(order.organizationId(), order.days()))
        .forEach(
            (id, figures) -> {
              if (figures.denied() > 0) {
                rows.add(Report.row("key-" + id, figures.requests(), figures.denied()));
              }
            });
    return Section.of(
        "Keys with denied calls", "All of them.", List.of("key_id", "requests", "denied"), rows);
  }
}
