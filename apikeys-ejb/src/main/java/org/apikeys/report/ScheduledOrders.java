package org.apikeys.report;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import org.apikeys.api.audit.Action;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditLog;
import org.apikeys.setting.Settings;

/** Orders what a schedule asks for, in the transaction that holds the schedule. */
@ApplicationScoped
class ScheduledOrders {
  private final ReportJobStore jobs;
  private final ScheduleStore schedules;
  private final AuditLog audit;
  private final Settings settings;
  private final Clock clock;

  @Inject
  ScheduledOrders(
      ReportJobStore jobs,
      ScheduleStore schedules,
      AuditLog audit,
      Settings settings,
      Clock clock) {
    this.jobs = jobs;
    this.schedules = schedules;
    this.audit = audit;
    this.settings = settings;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected ScheduledOrders() {
    jobs = null;
    schedules = null;
    audit = null;
    settings = null;
    clock = null;
  }

  JobView order(Caller caller, ReportSchedule schedule) {
    Instant now = clock.instant();
    ScheduleDefinition wanted = schedule.definition();
    String framework = wanted.framework() == null ? "" : wanted.framework();
    ReportJob job =
        new ReportJob(
            String.valueOf(wanted.report()),
            new ReportOrder(schedule.organizationId(), wanted.month(now), framework),
            wanted.form(),
            caller.kind() == Caller.Kind.SYSTEM ? schedule.createdBy() : caller.owner(),
            now);
    job.scheduled(schedule.id(), wanted.people());
    jobs.add(job);
    schedule.ran(job.id(), now);
    audit.record(
        ReportJobs.about(caller, Action.REPORT_ORDERED, job)
            .because(job.fileName() + ", by schedule " + schedule.name()));
    schedules.flush();
    return job.view(settings.reportsKept());
  }
}
