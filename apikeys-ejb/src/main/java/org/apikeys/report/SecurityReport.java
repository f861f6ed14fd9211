package org.apikeys.report;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apikeys.report.Report.Chart;
import org.apikeys.report.Report.Section;
import org.apikeys.report.ReportFacts.Alert;
import org.apikeys.report.ReportFacts.AlertSum;
import org.apikeys.report.ReportFacts.Recorded;
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
    long organization = order.organizationId();
    Figures totals = analytics.usageBySystem(UsageQuery.of(organization, order.days())).totals();
    List<AlertSum> alerts = facts.alertSums(organization, order.fromMillis(), order.toMillis());
    long raised = alerts.stream().mapToLong(AlertSum::raised).sum();
    long unresolved = alerts.stream().mapToLong(AlertSum::unresolved).sum();
    return totals.denied()
        + " calls with known keys were denied; "
        + raised
        + " alerts were raised, of which "
        + unresolved
        + " are not resolved yet; names were locked "
        + actions(order).getOrDefault("session.locked", Recorded.NOTHING).events()
        + " times.";
  }

  private Map<String, Recorded> actions(ReportOrder order) {
    return facts.actions(order.organizationId(), order.fromMillis(), order.toMillis());
  }

  List<Section> sections(ReportOrder order, Progress progress) {
    List<Function<ReportOrder, Section>> parts =
        List.of(
            this::alerts,
            this::alertSums,
            this::incidents,
            this::records,
            this::denials,
            this::byDay,
            this::keys);
    List<Section> sections = new ArrayList<>();
    for (Function<ReportOrder, Section> part : parts) {
      progress.reached((double) sections.size() / parts.size());
      sections.add(part.apply(order));
    }
    return sections;
  }

  private Section alerts(ReportOrder order) {
    List<Alert> alerts =
        facts.alerts(order.organizationId(), order.fromMillis(), order.toMillis(), MOST_LINES);
    // an alert of this month may have been raised long before
    long since = alerts.stream().mapToLong(one -> one.firstSeen().toEpochMilli()).min().orElse(0);
    Map<Long, List<String>> records =
        alerts.isEmpty() ? Map.of() : facts.alertRecords(order.organizationId(), since);
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Alert alert : alerts) {
      rows.add(
          Report.row(
              alert.id(),
              alert.kind(),
              alert.severity(),
              alert.status(),
              alert.title(),
              alert.subject(),
              alert.occurrences(),
              alert.firstSeen(),
              alert.lastSeen(),
              alert.acknowledgedBy(),
              alert.resolvedBy(),
              alert.resolvedAt(),
              alert.answer(),
              records.getOrDefault(alert.id(), List.of())));
    }
    return Section.of(
        "Alerts",
        "Those that were raised, went on or were resolved in the month, as they stand now; the"
            + (" latest " + MOST_LINES + ". Beside each the sequences of its records in the audit")
            + " log: GET /api/v1/audit/events/{sequence}.",
        List.of(
            "alert",
            "kind",
            "severity",
            "status",
            "title",
            "subject",
            "occurrences",
            "first_seen",
            "last_seen",
            "acknowledged_by",
            "resolved_by",
            "resolved_at",
            "answer",
            "audit_records"),
        rows);
  }

  private Section alertSums(ReportOrder order) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    facts
        .alertSums(order.organizationId(), order.fromMillis(), order.toMillis())
        .forEach(
            sum ->
                rows.add(
                    Report.row(
                        sum.kind(),
                        sum.severity(),
                        sum.raised(),
                        sum.occurrences(),
                        sum.unresolved())));
    return Section.of(
        "Alerts by kind",
        "Those that were raised in the month.",
        List.of("kind", "severity", "raised", "occurrences", "unresolved"),
        rows);
  }

  private Section incidents(ReportOrder order) {
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
    return Section.of(
        "What was done",
        "Each with its sequence in the audit log. At most " + MOST_LINES + " are listed.",
        List.of("time", "action", "target_type", "target_id", "outcome", "sequence"),
        lines);
  }

  private Section records(ReportOrder order) {
    Map<String, Recorded> actions = actions(order);
    List<List<@Nullable Object>> counted = new ArrayList<>();
    for (String action : COUNTED) {
      Recorded recorded = actions.getOrDefault(action, Recorded.NOTHING);
      counted.add(Report.row(action, recorded.records(), recorded.events()));
    }
    return Section.of(
        "Records in the audit log",
        "Of the denials of one source the first ten in a minute have a record each, the rest"
            + " share one; each says how many events it stands for.",
        List.of("action", "records", "events"),
        counted);
  }

  private Section denials(ReportOrder order) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    UsageAnswer byCode =
        analytics.usageBySystem(
            UsageQuery.of(order.organizationId(), order.days()).by(GroupBy.CODE, 50));
    byCode.series().stream()
        .filter(series -> series.totals().denied() > 0)
        .forEach(series -> rows.add(Report.row(series.group(), series.totals().denied())));
    return Section.of(
        "Denied calls by reason", "Of calls with known keys.", List.of("code", "calls"), rows);
  }

  private Section byDay(ReportOrder order) {
    List<UsageAnswer.Point> days =
        analytics
            .usageBySystem(UsageQuery.of(order.organizationId(), order.days()))
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
        .ofKeysBySystem(UsageQuery.of(order.organizationId(), order.days()))
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
