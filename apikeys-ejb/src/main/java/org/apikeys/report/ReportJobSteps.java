package org.apikeys.report;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apikeys.api.audit.Action;
import org.apikeys.api.notice.Notice;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditLog;
import org.apikeys.setting.Settings;
import org.apikeys.store.Leases;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of report jobs while they are made; each step is a transaction. A step of a node
 * whose attempt no longer counts, since the job was cancelled or taken over, changes nothing.
 */
@Stateless
@PermitAll
public class ReportJobSteps {
  private static final String CHOOSING = "report-jobs";
  private static final String INTERRUPTED =
      "It was begun " + ReportJob.MOST_ATTEMPTS + " times and never ended.";

  private final ReportJobStore jobs;
  private final ReportReaders readers;
  private final Leases leases;
  private final AuditLog audit;
  private final Event<Notice> notices;
  private final Settings settings;
  private final Clock clock;

  @Inject
  public ReportJobSteps(
      ReportJobStore jobs,
      ReportReaders readers,
      Leases leases,
      AuditLog audit,
      Event<Notice> notices,
      Settings settings,
      Clock clock) {
    this.jobs = jobs;
    this.readers = readers;
    this.leases = leases;
    this.audit = audit;
    this.notices = notices;
    this.settings = settings;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public ReportJobSteps() {
    jobs = null;
    readers = null;
    leases = null;
    audit = null;
    notices = null;
    settings = null;
    clock = null;
  }

  /** A job that this node makes now. */
  public record Taken(long id, int attempt, String report, ReportOrder order, ReportForm form) {}

  /** Whether there may be something to take. */
  public boolean isSomethingToDo() {
    return jobs.isAnyToTake(clock.instant());
  }

  /** Takes the oldest job that may be made now, on behalf of this node. */
  public Optional<Taken> take() {
    // the lease's row stays locked until this is committed: one node at a time chooses, and so no
    // organization gets more than its share
    if (!leases.tryAcquire(CHOOSING, Duration.ZERO)) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    Map<Long, Long> held = jobs.held(now);
    for (ReportJob waiting : jobs.toTake(now)) {
      if (held.getOrDefault(waiting.organizationId(), 0L) >= settings.reportsAtOnce()) {
        continue;
      }
      ReportJob job = jobs.toChange(waiting.id()).filter(one -> one.canBeTaken(now)).orElse(null);
      if (job == null) {
        continue;
      }
      if (job.isTriedEnough()) {
        fail(job, INTERRUPTED);
        continue;
      }
      job.take(Leases.NODE, now);
      return Optional.of(
          new Taken(job.id(), job.attempts(), job.report(), job.order(), job.form()));
    }
    return Optional.empty();
  }

  /**
   * Notes how far a job is; others see it at once.
   *
   * @throws ReportStopped when the job is no longer this node's
   */
  @TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
  public void reached(Taken taken, double share) {
    ours(taken)
        .orElseThrow(() -> new ReportStopped(taken.id()))
        .reached(share, Leases.NODE, clock.instant());
  }

  /** A sign that this node is still at work. */
  public void prolong(Taken taken) {
    ours(taken).ifPresent(job -> job.prolong(Leases.NODE, clock.instant()));
  }

  /** Keeps the report, and tells those who wait for it. */
  public void finish(Taken taken, byte[] content) {
    ReportJob job = ours(taken).orElse(null);
    if (job == null) {
      return;
    }
    job.done(content.length, clock.instant());
    jobs.keep(job.id(), content);
    audit.record(
        ReportJobs.about(Caller.systemIn(job.organizationId()), Action.REPORT_MADE, job)
            .because(job.fileName()));
    tell(job, "report.ready", null);
  }

  /**
   * Forgets the oldest files beyond what an organization may keep; not together with the end of a
   * job, which holds its row: two that end at once would wait for each other's.
   */
  public void shrink(Taken taken) {
    jobs.shrink(taken.order().organizationId(), settings.reportStoreLimit());
  }

  /** Says why there will be no report. */
  public void fail(Taken taken, String why) {
    ours(taken).ifPresent(job -> fail(job, why));
  }

  /** It did not work; it is tried again a few times. */
  public void retry(Taken taken, String why) {
    ReportJob job = ours(taken).orElse(null);
    if (job != null && job.isTriedEnough()) {
      fail(job, why);
    } else if (job != null) {
      job.giveBack(clock.instant(), false);
    }
  }

  /** At the stop: another node, or this one after its start, takes the job up at once. */
  public void letGo(Taken taken) {
    ours(taken).ifPresent(job -> job.giveBack(clock.instant(), true));
  }

  /** Forgets what retention no longer keeps. */
  public void tidy() {
    jobs.forgetEndedBefore(
        clock.instant().atOffset(ZoneOffset.UTC).minus(settings.reportsKept()).toInstant());
  }

  private Optional<ReportJob> ours(Taken taken) {
    return jobs.toChange(taken.id()).filter(job -> job.isHeldBy(Leases.NODE, taken.attempt()));
  }

  private void fail(ReportJob job, String why) {
    job.fail(why, clock.instant());
    audit.record(
        ReportJobs.about(Caller.systemIn(job.organizationId()), Action.REPORT_MADE, job)
            .failed(job.fileName() + ": " + why));
    tell(job, "report.failed", why);
  }

  private void tell(ReportJob job, String event, @Nullable String failure) {
    Set<String> people =
        job.recipients().stream()
            .filter(person -> readers.has(job.organizationId(), person))
            .collect(Collectors.toSet());
    Map<String, String> facts = new HashMap<>();
    facts.put("report", job.fileName());
    facts.put("month", job.order().month().toString());
    facts.put("failure", failure == null ? "" : failure);
    facts.put(
        "until",
        Objects.requireNonNull(job.keptUntil(settings.reportsKept()))
            .truncatedTo(ChronoUnit.SECONDS)
            .toString());
    // never the file itself: mail is read by others on its way, and outlives what people may see
    facts.put("link", settings.publicAddress().orElse("") + "/console/reports/made");
    if (!people.isEmpty()) {
      notices.fire(
          new Notice(
              job.organizationId(),
              event,
              people,
              Set.of(),
              null,
              facts,
              "/console/reports/made",
              true,
              // who ordered it by hand looks for it; a schedule writes
              job.scheduleId() != null));
    }
  }
}
