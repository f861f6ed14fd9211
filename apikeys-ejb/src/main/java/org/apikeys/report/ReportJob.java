package org.apikeys.report;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/**
 * A report that is made in the background. It waits as created until a node takes it under a lease;
 * that node makes it, or another takes it up when the lease has ended. Done, failed or cancelled is
 * its end; with its file it is forgotten when retention says so.
 */
@Entity
@Table(name = "report_job")
@NamedQuery(
    name = "ReportJob.toTake",
    query =
        "SELECT j FROM ReportJob j WHERE j.status = 'created'"
            + " OR (j.status = 'running' AND j.leaseEndsAt < :now) ORDER BY j.id")
@NamedQuery(
    name = "ReportJob.held",
    query =
        "SELECT j.organizationId, COUNT(j) FROM ReportJob j WHERE j.status = 'running'"
            + " AND j.leaseEndsAt >= :now GROUP BY j.organizationId")
@NamedQuery(
    name = "ReportJob.unfinished",
    query =
        "SELECT COUNT(j) FROM ReportJob j WHERE j.organizationId = :organization"
            + " AND j.status IN ('created', 'running')")
@NamedQuery(
    name = "ReportJob.files",
    query =
        "SELECT j.id, j.sizeBytes FROM ReportJob j WHERE j.organizationId = :organization"
            + " AND j.sizeBytes IS NOT NULL ORDER BY j.id DESC")
class ReportJob {
  /** How long a node is believed to be at work without a sign of it. */
  static final Duration LEASE = Duration.ofSeconds(60);

  /** As often it is begun; a report that ends its node must not end every node in turn. */
  static final int MOST_ATTEMPTS = 3;

  private static final Duration REST = Duration.ofSeconds(10);

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "report_job")
  @SequenceGenerator(name = "report_job", sequenceName = "report_job_id_seq", allocationSize = 1)
  private long id;

  @Column(name = "organization_id")
  private long organizationId;

  private String report;

  @Column(name = "of_month")
  private String month;

  private String framework;
  private String form;
  private String status = JobStatus.CREATED.word();
  private double progress;
  private int attempts;
  private @Nullable String holder;

  @Column(name = "lease_ends_at")
  private @Nullable Instant leaseEndsAt;

  @Column(name = "size_bytes")
  private @Nullable Long sizeBytes;

  private @Nullable String failure;

  @Column(name = "schedule_id")
  private @Nullable Long scheduleId;

  @Column(name = "requested_by")
  private String requestedBy;

  private String recipients;

  @Column(name = "created_at")
  private Instant createdAt;

  @Column(name = "started_at")
  private @Nullable Instant startedAt;

  @Column(name = "finished_at")
  private @Nullable Instant finishedAt;

  @Version private long version;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected ReportJob() {}

  @SuppressWarnings("NullAway.Init")
  ReportJob(String report, ReportOrder order, ReportForm form, String requestedBy, Instant now) {
    organizationId = order.organizationId();
    this.report = report;
    month = order.month().toString();
    framework = order.framework();
    this.form = form.word();
    this.requestedBy = requestedBy;
    recipients = Json.write(List.of(requestedBy));
    createdAt = now;
  }

  /** It was ordered by a schedule. */
  void scheduled(long schedule, List<String> people) {
    scheduleId = schedule;
    recipients = Json.write(people);
  }

  boolean canBeTaken(Instant now) {
    return is(JobStatus.CREATED)
        || (is(JobStatus.RUNNING) && Objects.requireNonNull(leaseEndsAt).isBefore(now));
  }

  void take(String node, Instant now) {
    status = JobStatus.RUNNING.word();
    attempts++;
    progress = 0;
    startedAt = now;
    hold(node, now);
  }

  private void hold(String node, Instant now) {
    holder = node;
    leaseEndsAt = now.plus(LEASE);
  }

  /** Whether the node's attempt is still the one that counts. */
  boolean isHeldBy(String node, int attempt) {
    return is(JobStatus.RUNNING) && node.equals(holder) && attempts == attempt;
  }

  /** What the node has reached; the lease begins anew. */
  void reached(double share, String node, Instant now) {
    progress = Math.max(progress, Math.min(1, share));
    hold(node, now);
  }

  void prolong(String node, Instant now) {
    hold(node, now);
  }

  /** Nobody works at it any more; it can be taken up after a rest, or at once. */
  void giveBack(Instant now, boolean atOnce) {
    holder = null;
    leaseEndsAt = atOnce ? now.minusMillis(1) : now.plus(REST);
    if (atOnce) {
      attempts--;
    }
  }

  boolean isTriedEnough() {
    return attempts >= MOST_ATTEMPTS;
  }

  void done(long bytes, Instant now) {
    progress = 1;
    sizeBytes = bytes;
    end(JobStatus.DONE, now);
  }

  void fail(String why, Instant now) {
    failure = why;
    end(JobStatus.FAILED, now);
  }

  void cancel(Instant now) {
    end(JobStatus.CANCELLED, now);
  }

  private void end(JobStatus last, Instant now) {
    status = last.word();
    holder = null;
    leaseEndsAt = null;
    finishedAt = now;
  }

  boolean is(JobStatus wanted) {
    return status.equals(wanted.word());
  }

  boolean isEnded() {
    return finishedAt != null;
  }

  long id() {
    return id;
  }

  long organizationId() {
    return organizationId;
  }

  String report() {
    return report;
  }

  ReportOrder order() {
    return new ReportOrder(organizationId, YearMonth.parse(month), framework);
  }

  ReportForm form() {
    return ReportForm.of(form);
  }

  int attempts() {
    return attempts;
  }

  @Nullable String failure() {
    return failure;
  }

  @Nullable Long scheduleId() {
    return scheduleId;
  }

  String requestedBy() {
    return requestedBy;
  }

  List<String> recipients() {
    return List.of(Json.read(recipients, String[].class));
  }

  /** The name that its file is downloaded under. */
  String fileName() {
    return report + (framework.isEmpty() ? "" : "-" + framework) + "-" + month + "." + form;
  }

  long version() {
    return version;
  }

  /** When its file is forgotten; null while it has not ended. */
  @Nullable Instant keptUntil(Period kept) {
    return finishedAt == null ? null : finishedAt.atOffset(ZoneOffset.UTC).plus(kept).toInstant();
  }

  JobView view(Period kept) {
    return new JobView(
        id,
        report,
        month,
        framework.isEmpty() ? null : framework,
        form,
        status,
        Math.round(progress * 1000) / 1000.0,
        sizeBytes,
        failure,
        scheduleId,
        requestedBy,
        createdAt,
        startedAt,
        finishedAt,
        keptUntil(kept),
        is(JobStatus.DONE) ? "/api/v1/report-jobs/" + id + "/file" : null,
        version);
  }
}
