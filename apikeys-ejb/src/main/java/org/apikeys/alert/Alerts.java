package org.apikeys.alert;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apikeys.api.alert.Severity;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.check.Expected;
import org.apikeys.store.Page;
import org.jspecify.annotations.Nullable;

/** An organization's alerts, for those who look after them. */
@Stateless
@RolesAllowed(ManagementScope.REQUESTS_APPROVE)
public class Alerts {
  private final AlertStore alerts;
  private final Answers answers;
  private final AuditLog audit;
  private final Clock clock;

  @Inject
  public Alerts(AlertStore alerts, Answers answers, AuditLog audit, Clock clock) {
    this.alerts = alerts;
    this.answers = answers;
    this.audit = audit;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public Alerts() {
    alerts = null;
    answers = null;
    audit = null;
    clock = null;
  }

  /**
   * How many there are.
   *
   * @param bySeverity of those that are not resolved
   */
  public record Counts(long open, long acknowledged, long resolved, Map<String, Long> bySeverity) {}

  @RolesAllowed(ManagementScope.REPORTS_READ)
  public Page<AlertView> list(Caller caller, AlertFilter filter, int page, int size) {
    Page<Alert> found = alerts.find(caller.organizationId(), filter, page, size);
    return new Page<>(found.items().stream().map(Alert::view).toList(), found.total());
  }

  @RolesAllowed(ManagementScope.REPORTS_READ)
  public AlertView read(Caller caller, long id) {
    return visible(caller, alerts.byId(id)).view();
  }

  @RolesAllowed(ManagementScope.REPORTS_READ)
  public Counts counts(Caller caller) {
    Map<String, Long> byStatus = new LinkedHashMap<>();
    Map<String, Long> bySeverity = new LinkedHashMap<>();
    Arrays.stream(Severity.values()).forEach(one -> bySeverity.put(one.word(), 0L));
    for (Object[] row : alerts.counts(caller.organizationId())) {
      long number = ((Number) row[2]).longValue();
      byStatus.merge((String) row[0], number, Long::sum);
      if (!AlertStatus.RESOLVED.word().equals(row[0])) {
        bySeverity.merge((String) row[1], number, Long::sum);
      }
    }
    return new Counts(
        byStatus.getOrDefault(AlertStatus.OPEN.word(), 0L),
        byStatus.getOrDefault(AlertStatus.ACKNOWLEDGED.word(), 0L),
        byStatus.getOrDefault(AlertStatus.RESOLVED.word(), 0L),
        bySeverity);
  }

  /** Somebody looks after it. */
  public AlertView acknowledge(
      Caller caller, long id, @Nullable String comment, @Nullable Expected expected) {
    Alert alert = toChange(caller, id, expected);
    AuditEntry entry = about(caller, Action.ALERT_ACKNOWLEDGED, alert, comment);
    String before = alert.status().word();
    alert.acknowledge(caller.name(), comment, clock.instant());
    return saved(entry.changing("status", before, alert.status().word()), alert);
  }

  /** It is over. */
  public AlertView resolve(
      Caller caller, long id, @Nullable String comment, @Nullable Expected expected) {
    Alert alert = toChange(caller, id, expected);
    AuditEntry entry = about(caller, Action.ALERT_RESOLVED, alert, comment);
    String before = alert.status().word();
    alert.resolve(caller.name(), comment, clock.instant());
    return saved(entry.changing("status", before, alert.status().word()), alert);
  }

  /** It is not over after all. */
  public AlertView reopen(
      Caller caller, long id, @Nullable String comment, @Nullable Expected expected) {
    Alert alert = toChange(caller, id, expected);
    alerts
        .unresolved(alert.groupingKey())
        .filter(other -> other.id() != id)
        .ifPresent(
            other -> {
              throw new ProblemException(
                  ProblemType.CONFLICT, "Alert " + other.id() + " about the same is open.");
            });
    AuditEntry entry = about(caller, Action.ALERT_REOPENED, alert, comment);
    String before = alert.status().word();
    alert.reopen(comment);
    return saved(entry.changing("status", before, alert.status().word()), alert);
  }

  /** Takes back what the system did about it by itself. */
  public AlertView undoAnswer(
      Caller caller, long id, @Nullable String comment, @Nullable Expected expected) {
    Alert alert = toChange(caller, id, expected);
    alert.answerUndone();
    answers.undo(alert);
    return saved(
        about(caller, Action.ALERT_ANSWER_UNDONE, alert, comment)
            .changing("answer", alert.answer().word(), null),
        alert);
  }

  private AlertView saved(AuditEntry entry, Alert alert) {
    audit.record(entry);
    alerts.flush();
    return alert.view();
  }

  private static AuditEntry about(
      Caller caller, Action action, Alert alert, @Nullable String comment) {
    return AuditEntry.of(caller, action).on("alert", alert.id(), alert.title()).because(comment);
  }

  private Alert toChange(Caller caller, long id, @Nullable Expected expected) {
    Alert alert = visible(caller, alerts.toChange(id));
    Expected.version(expected, alert.version(), "The alert has changed");
    return alert;
  }

  private static Alert visible(Caller caller, java.util.Optional<Alert> alert) {
    return alert
        .filter(found -> found.organizationId() == caller.organizationId())
        .orElseThrow(() -> ProblemException.notFound("alert"));
  }
}
