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
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/**
 * A report that an organization wants again and again. It is due when its next run has come; one
 * that was missed, since no node was running, is made up for once. One that is farther away than
 * any rhythm was reckoned by a clock that was set back since, and is reckoned anew.
 */
@Entity
@Table(name = "report_schedule")
@NamedQuery(
    name = "ReportSchedule.due",
    query =
        "SELECT s.id FROM ReportSchedule s WHERE s.nextRunAt <= :now OR s.nextRunAt > :farthest"
            + " ORDER BY s.nextRunAt")
class ReportSchedule {
  /** The next run of any rhythm is nearer: a month has 31 days, and clocks change by an hour. */
  private static final Duration FARTHEST = Duration.ofDays(32);

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "report_schedule")
  @SequenceGenerator(
      name = "report_schedule",
      sequenceName = "report_schedule_id_seq",
      allocationSize = 1)
  private long id;

  @Column(name = "organization_id")
  private long organizationId;

  private String name;
  private String definition;

  @Column(name = "next_run_at")
  private @Nullable Instant nextRunAt;

  @Column(name = "last_run_at")
  private @Nullable Instant lastRunAt;

  @Column(name = "last_job_id")
  private @Nullable Long lastJobId;

  @Column(name = "created_by")
  private String createdBy;

  @Column(name = "created_at")
  private Instant createdAt;

  @Column(name = "updated_at")
  private Instant updatedAt;

  @Version private long version;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected ReportSchedule() {}

  @SuppressWarnings("NullAway.Init")
  ReportSchedule(long organizationId, ScheduleDefinition wanted, String createdBy, Instant now) {
    this.organizationId = organizationId;
    this.createdBy = createdBy;
    createdAt = now;
    define(wanted, now);
  }

  void define(ScheduleDefinition wanted, Instant now) {
    name = String.valueOf(wanted.name());
    definition = Json.write(wanted);
    nextRunAt = wanted.isActive() ? wanted.next(now) : null;
    updatedAt = now;
  }

  static Instant farthest(Instant now) {
    return now.plus(FARTHEST);
  }

  boolean isDue(Instant now) {
    return nextRunAt != null && !nextRunAt.isAfter(now);
  }

  /** Reckons a next run anew that can't have been reckoned by the present clock. */
  void correct(Instant now) {
    if (nextRunAt != null && nextRunAt.isAfter(farthest(now))) {
      nextRunAt = definition().next(now);
    }
  }

  /** It has ordered a report; the next run is the first one that is still to come. */
  void ran(long jobId, Instant now) {
    lastRunAt = now;
    lastJobId = jobId;
    if (nextRunAt != null) {
      nextRunAt = definition().next(now);
    }
  }

  long id() {
    return id;
  }

  long organizationId() {
    return organizationId;
  }

  String name() {
    return name;
  }

  String createdBy() {
    return createdBy;
  }

  ScheduleDefinition definition() {
    return Json.read(definition, ScheduleDefinition.class);
  }

  long version() {
    return version;
  }

  ScheduleView view() {
    return new ScheduleView(
        id,
        definition(),
        nextRunAt,
        lastRunAt,
        lastJobId,
        createdBy,
        createdAt,
        updatedAt,
        version);
  }
}
