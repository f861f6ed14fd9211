package org.apikeys.report;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.YearMonth;
import java.util.Optional;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.setting.Settings;
import org.apikeys.store.Page;
import org.jspecify.annotations.Nullable;

/** Orders reports that are made in the background, and hands them out when they are done. */
@Stateless
@RolesAllowed(ManagementScope.REPORTS_READ)
public class ReportJobs {
  private static final int MOST_UNFINISHED = 50;

  private final ReportJobStore jobs;
  private final Reports reports;
  private final AuditLog audit;
  private final Settings settings;
  private final Clock clock;

  @Inject
  public ReportJobs(
      ReportJobStore jobs, Reports reports, AuditLog audit, Settings settings, Clock clock) {
    this.jobs = jobs;
    this.reports = reports;
    this.audit = audit;
    this.settings = settings;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public ReportJobs() {
    jobs = null;
    reports = null;
    audit = null;
    settings = null;
    clock = null;
  }

  /** The file of a report. */
  public static final class ReportFile {
    private final String name;
    private final ReportForm form;
    private final byte[] content;

    ReportFile(String name, ReportForm form, byte[] content) {
      this.name = name;
      this.form = form;
      this.content = content;
    }

    public String name() {
      return name;
    }

    public ReportForm form() {
      return form;
    }

    public byte[] content() {
      return content.clone();
    }
  }

  /** Which jobs are wanted; null is any. */
  public record Filter(
      @Nullable String report, @Nullable String status, @Nullable Long scheduleId) {}

  /** Orders a report. */
  public JobView order(
      Caller caller,
      String report,
      @Nullable YearMonth month,
      @Nullable String framework,
      ReportForm form) {
    ReportOrder order = reports.order(caller, report, month, framework);
    if (jobs.unfinished(caller.organizationId()) >= MOST_UNFINISHED) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "An organization has at most " + MOST_UNFINISHED + " reports that are still to be made.");
    }
    ReportJob job = new ReportJob(report, order, form, caller.owner(), clock.instant());
    jobs.add(job);
    audit.record(about(caller, Action.REPORT_ORDERED, job).because(job.fileName()));
    return view(job);
  }

  /** The organization's jobs, the newest first. */
  public Page<JobView> list(Caller caller, Filter filter, int page, int size) {
    requireWhole(caller);
    Page<ReportJob> found =
        jobs.find(
            caller.organizationId(),
            filter.report(),
            filter.status(),
            filter.scheduleId(),
            page,
            size);
    return new Page<>(found.items().stream().map(this::view).toList(), found.total());
  }

  public JobView read(Caller caller, long id) {
    return view(visible(caller, jobs.byId(id)));
  }

  /** The file of a job that is done. */
  public ReportFile file(Caller caller, long id) {
    ReportJob job = visible(caller, jobs.byId(id));
    if (!job.is(JobStatus.DONE)) {
      throw new ProblemException(
          ProblemType.CONFLICT, "There is no file: the job is " + view(job).status() + ".");
    }
    audit.record(about(caller, Action.REPORT_DOWNLOADED, job).because(job.fileName()));
    return new ReportFile(job.fileName(), job.form(), jobs.content(id));
  }

  /** Gives up a report that is not made yet: for who ordered it, and for who decides requests. */
  public JobView cancel(Caller caller, long id) {
    ReportJob job = visible(caller, jobs.toChange(id));
    if (!job.requestedBy().equals(caller.owner())
        && !caller.holds(ManagementScope.REQUESTS_APPROVE)) {
      throw new ProblemException(
          ProblemType.FORBIDDEN, "A report is cancelled by who ordered it, or by a manager.");
    }
    if (job.isEnded()) {
      throw new ProblemException(
          ProblemType.CONFLICT, "The job has ended already: " + view(job).status() + ".");
    }
    job.cancel(clock.instant());
    audit.record(about(caller, Action.REPORT_CANCELLED, job).because(job.fileName()));
    jobs.flush();
    return view(job);
  }

  private JobView view(ReportJob job) {
    return job.view(settings.reportsKept());
  }

  private static ReportJob visible(Caller caller, Optional<ReportJob> job) {
    requireWhole(caller);
    return job.filter(found -> found.organizationId() == caller.organizationId())
        .orElseThrow(() -> ProblemException.notFound("report job"));
  }

  static void requireWhole(Caller caller) {
    if (!caller.seesWholeOrganization()) {
      throw new ProblemException(
          ProblemType.FORBIDDEN, "Reports are about a whole organization; you see your own keys.");
    }
  }

  static AuditEntry about(Caller caller, Action action, ReportJob job) {
    return AuditEntry.of(caller, action).on("report_job", job.id(), job.report());
  }
}
