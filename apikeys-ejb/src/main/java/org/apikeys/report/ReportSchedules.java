package org.apikeys.report;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.FieldError;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.check.Expected;
import org.apikeys.store.Page;
import org.jspecify.annotations.Nullable;

/** An organization's schedules of reports, for those who manage them. */
@Stateless
@RolesAllowed(ManagementScope.REQUESTS_APPROVE)
public class ReportSchedules {
  private static final int MOST = 50;

  private final ScheduleStore schedules;
  private final ScheduledOrders orders;
  private final Reports reports;
  private final ReportReaders readers;
  private final AuditLog audit;
  private final Clock clock;

  @Inject
  public ReportSchedules(
      ScheduleStore schedules,
      ScheduledOrders orders,
      Reports reports,
      ReportReaders readers,
      AuditLog audit,
      Clock clock) {
    this.schedules = schedules;
    this.orders = orders;
    this.reports = reports;
    this.readers = readers;
    this.audit = audit;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public ReportSchedules() {
    schedules = null;
    orders = null;
    reports = null;
    readers = null;
    audit = null;
    clock = null;
  }

  @RolesAllowed(ManagementScope.REPORTS_READ)
  public Page<ScheduleView> list(Caller caller, int page, int size) {
    ReportJobs.requireWhole(caller);
    Page<ReportSchedule> found = schedules.find(caller.organizationId(), page, size);
    return new Page<>(found.items().stream().map(ReportSchedule::view).toList(), found.total());
  }

  @RolesAllowed(ManagementScope.REPORTS_READ)
  public ScheduleView read(Caller caller, long id) {
    return visible(caller, schedules.byId(id)).view();
  }

  public ScheduleView create(Caller caller, ScheduleDefinition wanted) {
    ScheduleDefinition definition = checked(caller, wanted);
    if (schedules.find(caller.organizationId(), 1, 1).total() >= MOST) {
      throw new ProblemException(
          ProblemType.CONFLICT, "An organization has at most " + MOST + " schedules of reports.");
    }
    ReportSchedule schedule =
        new ReportSchedule(caller.organizationId(), definition, caller.name(), clock.instant());
    schedules.add(schedule);
    audit.record(
        changes(about(caller, Action.REPORT_SCHEDULE_CREATED, schedule), null, definition));
    return schedule.view();
  }

  public ScheduleView change(
      Caller caller, long id, ScheduleDefinition wanted, @Nullable Expected expected) {
    ReportSchedule schedule = toChange(caller, id, expected);
    ScheduleDefinition before = schedule.definition();
    ScheduleDefinition after = checked(caller, wanted);
    schedule.define(after, clock.instant());
    audit.record(changes(about(caller, Action.REPORT_SCHEDULE_UPDATED, schedule), before, after));
    schedules.flush();
    return schedule.view();
  }

  public void delete(Caller caller, long id, @Nullable Expected expected) {
    ReportSchedule schedule = toChange(caller, id, expected);
    audit.record(about(caller, Action.REPORT_SCHEDULE_DELETED, schedule));
    schedules.remove(schedule);
  }

  /** Orders its report now, out of turn; the next run stays. */
  public JobView run(Caller caller, long id) {
    ReportSchedule schedule = toChange(caller, id, null);
    return orders.order(caller, schedule);
  }

  private ScheduleDefinition checked(Caller caller, ScheduleDefinition wanted) {
    ReportJobs.requireWhole(caller);
    ScheduleDefinition definition = wanted.complete();
    reports.order(caller, String.valueOf(definition.report()), null, definition.framework());
    List<FieldError> errors = new ArrayList<>();
    List<String> people = definition.people();
    for (int i = 0; i < people.size(); i++) {
      if (!readers.has(caller.organizationId(), people.get(i))) {
        errors.add(
            new FieldError(
                "recipients[" + i + "]", "is nobody of this organization who may read reports"));
      }
    }
    if (!errors.isEmpty()) {
      throw ProblemException.invalid(errors);
    }
    return definition;
  }

  static AuditEntry changes(
      AuditEntry entry, @Nullable ScheduleDefinition before, ScheduleDefinition after) {
    return entry
        .changing("name", before == null ? null : before.name(), after.name())
        .changing("is_active", before == null ? null : before.active(), after.active())
        .changing("report", before == null ? null : before.report(), after.report())
        .changing("framework", before == null ? null : before.framework(), after.framework())
        .changing("format", before == null ? null : before.format(), after.format())
        .changing("every", before == null ? null : before.every(), after.every())
        .changing("at", before == null ? null : before.at(), after.at())
        .changing("day_of_week", before == null ? null : before.dayOfWeek(), after.dayOfWeek())
        .changing("day_of_month", before == null ? null : before.dayOfMonth(), after.dayOfMonth())
        .changing("zone", before == null ? null : before.zone(), after.zone())
        .changing("recipients", before == null ? null : before.people(), after.people());
  }

  private ReportSchedule toChange(Caller caller, long id, @Nullable Expected expected) {
    ReportSchedule schedule = visible(caller, schedules.toChange(id));
    Expected.version(expected, schedule.version(), "The schedule has changed");
    return schedule;
  }

  private static ReportSchedule visible(Caller caller, Optional<ReportSchedule> schedule) {
    ReportJobs.requireWhole(caller);
    return schedule
        .filter(found -> found.organizationId() == caller.organizationId())
        .orElseThrow(() -> ProblemException.notFound("report schedule"));
  }

  static AuditEntry about(Caller caller, Action action, ReportSchedule schedule) {
    return AuditEntry.of(caller, action).on("report_schedule", schedule.id(), schedule.name());
  }
}
