package org.apikeys.report;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.apikeys.api.audit.Action;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditLog;

/** What time does to schedules of reports; each step is a transaction. */
@Stateless
@PermitAll
public class ScheduleSteps {
  private final ScheduleStore schedules;
  private final ScheduledOrders orders;
  private final ReportReaders readers;
  private final AuditLog audit;
  private final Clock clock;

  @Inject
  public ScheduleSteps(
      ScheduleStore schedules,
      ScheduledOrders orders,
      ReportReaders readers,
      AuditLog audit,
      Clock clock) {
    this.schedules = schedules;
    this.orders = orders;
    this.readers = readers;
    this.audit = audit;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public ScheduleSteps() {
    schedules = null;
    orders = null;
    readers = null;
    audit = null;
    clock = null;
  }

  public List<Long> due() {
    return schedules.due(clock.instant());
  }

  /** Orders the report of a schedule, unless another node has; the lock decides who it is. */
  public void run(long id) {
    Instant now = clock.instant();
    ReportSchedule schedule = schedules.toChange(id).orElse(null);
    if (schedule == null) {
      return;
    }
    schedule.correct(now);
    if (!schedule.isDue(now)) {
      return;
    }
    Caller system = Caller.systemIn(schedule.organizationId());
    ScheduleDefinition wanted = schedule.definition();
    if (wanted.people().stream()
        .noneMatch(person -> readers.has(schedule.organizationId(), person))) {
      schedule.define(wanted.switchedOff(), now);
      audit.record(
          ReportSchedules.changes(
                  ReportSchedules.about(system, Action.REPORT_SCHEDULE_UPDATED, schedule),
                  wanted,
                  wanted.switchedOff())
              .because("none of its recipients may read reports any more"));
      return;
    }
    orders.order(system, schedule);
  }
}
