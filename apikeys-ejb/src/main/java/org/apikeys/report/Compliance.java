package org.apikeys.report;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apikeys.report.Frameworks.Control;
import org.apikeys.report.Frameworks.Framework;
import org.apikeys.report.Report.Section;
import org.apikeys.report.ReportFacts.Recorded;
import org.apikeys.setting.Settings;
import org.apikeys.usage.UsageAnalytics;
import org.apikeys.usage.UsageQuery;
import org.jspecify.annotations.Nullable;

/**
 * Maps the controls of a framework to the evidence that this system holds. It says what was
 * counted, and nothing about whether that is enough: that is for the auditor.
 */
@ApplicationScoped
class Compliance {
  private static final Duration UNUSED = Duration.ofDays(90);

  private final UsageAnalytics analytics;
  private final ReportFacts facts;
  private final Frameworks frameworks;
  private final Clock clock;

  @Inject
  Compliance(UsageAnalytics analytics, ReportFacts facts, Settings settings, Clock clock) {
    this.analytics = analytics;
    this.facts = facts;
    this.clock = clock;
    frameworks = Frameworks.of(settings);
  }

  @SuppressWarnings("NullAway")
  protected Compliance() {
    analytics = null;
    facts = null;
    frameworks = null;
    clock = null;
  }

  Set<String> words() {
    return frameworks.frameworks().keySet();
  }

  private Framework framework(ReportOrder order) {
    return Objects.requireNonNull(frameworks.frameworks().get(order.framework()));
  }

  String title(ReportOrder order) {
    return "Compliance: " + framework(order).title();
  }

  String summary(ReportOrder order) {
    Framework framework = framework(order);
    return framework.controls().size()
        + " controls of "
        + framework.title()
        + " that keys touch, with what this system shows for each in the month, and what has to be"
        + " added by hand. It is evidence, not a judgement.";
  }

  List<Section> sections(ReportOrder order, Progress progress) {
    Map<Evidence, String> figures = figures(order, progress);
    List<List<@Nullable Object>> controls = new ArrayList<>();
    for (Control control : framework(order).controls()) {
      for (String word : control.evidence()) {
        Evidence evidence = Evidence.of(word);
        controls.add(
            Report.row(
                control.id(),
                control.title(),
                evidence.title(),
                figures.get(evidence),
                query(evidence, order),
                control.byHand()));
      }
    }
    return List.of(
        Section.of(
            "Controls",
            "A control has a row for each piece of evidence. Figures are of the month, or of now"
                + " where they say what is in force.",
            List.of("control", "requirement", "evidence", "figure", "query", "add_by_hand"),
            controls),
        Section.of(
            "Checkpoint",
            "The signed checkpoint of the audit log that these figures can be proven against: GET"
                + " /api/v1/audit/evidence makes a pack with every record and its proof.",
            List.of("line"),
            facts.checkpoint().lines().filter(line -> !line.isEmpty()).map(Report::row).toList()));
  }

  private static String query(Evidence evidence, ReportOrder order) {
    return evidence.actions().isEmpty()
        ? evidence.query()
        : evidence.query()
            + "&from="
            + Instant.ofEpochMilli(order.fromMillis())
            + "&to="
            + Instant.ofEpochMilli(order.toMillis());
  }

  private Map<Evidence, String> figures(ReportOrder order, Progress progress) {
    Map<String, Recorded> actions =
        facts.actions(order.organizationId(), order.fromMillis(), order.toMillis());
    Map<Evidence, String> figures = new EnumMap<>(Evidence.class);
    for (Evidence evidence : Evidence.values()) {
      progress.reached((double) figures.size() / Evidence.values().length);
      figures.put(
          evidence,
          evidence.actions().isEmpty() || evidence == Evidence.ERASURES
              ? standing(evidence, order, actions)
              : Long.toString(
                  evidence.actions().stream().mapToLong(action -> events(actions, action)).sum()));
    }
    return figures;
  }

  private static long events(Map<String, Recorded> actions, String action) {
    return actions.getOrDefault(action, Recorded.NOTHING).events();
  }

  /** What is counted otherwise than by actions in the log. */
  private String standing(Evidence evidence, ReportOrder order, Map<String, Recorded> actions) {
    long organization = order.organizationId();
    long now = clock.millis();
    String inForce =
        "SELECT COUNT(*) FROM api_key k LEFT JOIN api_key_count c ON c.api_key_id = k.id WHERE"
            + " k.organization_id = ? AND k.is_active = TRUE AND k.revoked_at IS NULL"
            + " AND (k.expires_at IS NULL OR k.expires_at > ?)";
    return switch (evidence) {
      case KEYS_IN_FORCE -> Long.toString(facts.count(inForce, organization, now));
      case KEYS_WITH_END ->
          facts.count(inForce + " AND k.expires_at IS NOT NULL", organization, now)
              + " of "
              + facts.count(inForce, organization, now);
      case KEYS_UNUSED ->
          Long.toString(
              facts.count(
                  inForce + " AND COALESCE(NULLIF(c.last_used_at, 0), k.created_at) < ?",
                  organization,
                  now,
                  now - UNUSED.toMillis()));
      case RESTRICTED_SECRETS ->
          Long.toString(
              facts.count(
                  "SELECT COUNT(*) FROM key_secret s JOIN api_key k ON k.id = s.api_key_id"
                      + " WHERE k.organization_id = ?",
                  organization));
      case ATTESTATIONS ->
          Long.toString(
              facts.count(
                  "SELECT COUNT(*) FROM campaign_item i JOIN campaign c ON c.id = i.campaign_id"
                      + " WHERE c.organization_id = ? AND i.decided_at >= ? AND i.decided_at < ?",
                  organization,
                  order.fromMillis(),
                  order.toMillis()));
      case PEOPLE ->
          Long.toString(
              facts.count(
                  "SELECT COUNT(*) FROM person WHERE organization_id = ? AND is_active = TRUE",
                  organization));
      case CALLS ->
          Long.toString(
              analytics
                  .usageBySystem(UsageQuery.of(organization, order.days()))
                  .totals()
                  .requests());
      case AUDIT_RECORDS ->
          Long.toString(actions.values().stream().mapToLong(Recorded::records).sum());
      case RETENTION ->
          facts.retention().entrySet().stream()
              .map(period -> period.getKey() + " " + period.getValue())
              .collect(Collectors.joining(", "));
      case ERASURES ->
          // whoever is erased again is still one person
          Long.toString(
              facts.count(
                  "SELECT COUNT(DISTINCT target_id) FROM audit_record WHERE organization_id = ?"
                      + " AND action = 'subject.erased' AND recorded_at >= ? AND recorded_at < ?",
                  organization,
                  order.fromMillis(),
                  order.toMillis()));
      case HOLDS ->
          Long.toString(
              facts.count(
                  "SELECT COUNT(*) FROM legal_hold WHERE organization_id = ?", organization));
      default -> throw new IllegalStateException(evidence + " is counted by its actions");
    };
  }
}
