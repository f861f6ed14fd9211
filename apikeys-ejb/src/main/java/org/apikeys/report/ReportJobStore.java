package org.apikeys.report;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apikeys.audit.Retention;
import org.apikeys.store.Page;
import org.jspecify.annotations.Nullable;

/** Finds and keeps report jobs and their files. */
@ApplicationScoped
class ReportJobStore {
  private static final int MOST_LOOKED_AT = 500;
  private static final int PART = 1 << 20;

  /**
   * A report tells of a whole organization: a legal hold of any subject in it keeps its reports.
   */
  private static final String NOT_HELD =
      Retention.notHeld("j.organization_id", "j.created_at", "1 = 1");

  @PersistenceContext EntityManager store;

  void add(ReportJob job) {
    store.persist(job);
    store.flush();
  }

  void flush() {
    store.flush();
  }

  Optional<ReportJob> byId(long id) {
    return Optional.ofNullable(store.find(ReportJob.class, id));
  }

  Optional<ReportJob> toChange(long id) {
    return Optional.ofNullable(store.find(ReportJob.class, id, LockModeType.PESSIMISTIC_WRITE));
  }

  /** Jobs that wait, and those whose node gave no sign for too long; the oldest first. */
  List<ReportJob> toTake(Instant now) {
    return toTake(now, MOST_LOOKED_AT);
  }

  /** Whether there is such a job; asked for every second. */
  boolean isAnyToTake(Instant now) {
    return !toTake(now, 1).isEmpty();
  }

  private List<ReportJob> toTake(Instant now, int most) {
    return store
        .createNamedQuery("ReportJob.toTake", ReportJob.class)
        .setParameter("now", now)
        .setMaxResults(most)
        .getResultList();
  }

  /** How many jobs of each organization are being made. */
  Map<Long, Long> held(Instant now) {
    Map<Long, Long> held = new HashMap<>();
    store
        .createNamedQuery("ReportJob.held", Object[].class)
        .setParameter("now", now)
        .getResultStream()
        .forEach(row -> held.put((Long) row[0], (Long) row[1]));
    return held;
  }

  /** How many jobs of the organization wait or run. */
  long unfinished(long organizationId) {
    return store
        .createNamedQuery("ReportJob.unfinished", Long.class)
        .setParameter("organization", organizationId)
        .getSingleResult();
  }

  Page<ReportJob> find(
      long organizationId,
      @Nullable String report,
      @Nullable String status,
      @Nullable Long schedule,
      int page,
      int size) {
    String where =
        " FROM ReportJob j WHERE j.organizationId = :organization"
            + (report == null ? "" : " AND j.report = :report")
            + (status == null ? "" : " AND j.status = :status")
            + (schedule == null ? "" : " AND j.scheduleId = :schedule");
    TypedQuery<ReportJob> rows =
        store.createQuery("SELECT j" + where + " ORDER BY j.id DESC", ReportJob.class);
    TypedQuery<Long> total = store.createQuery("SELECT COUNT(j)" + where, Long.class);
    for (TypedQuery<?> query : List.of(rows, total)) {
      query.setParameter("organization", organizationId);
      if (report != null) {
        query.setParameter("report", report);
      }
      if (status != null) {
        query.setParameter("status", status);
      }
      if (schedule != null) {
        query.setParameter("schedule", schedule);
      }
    }
    return new Page<>(
        rows.setFirstResult((page - 1) * size).setMaxResults(size).getResultList(),
        total.getSingleResult());
  }

  /** Keeps the file of a job, in parts. */
  void keep(long jobId, byte[] content) {
    try (PreparedStatement insert =
        store
            .unwrap(Connection.class)
            .prepareStatement(
                "INSERT INTO report_file (report_job_id, part, content) VALUES (?, ?, ?)")) {
      for (int from = 0; from < content.length; from += PART) {
        insert.setLong(1, jobId);
        insert.setInt(2, from / PART);
        insert.setBytes(
            3, Arrays.copyOfRange(content, from, Math.min(content.length, from + PART)));
        insert.executeUpdate();
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the file of a report can't be kept", e);
    }
  }

  /** The file of a job that is done. */
  byte[] content(long jobId) {
    try (PreparedStatement query =
        store
            .unwrap(Connection.class)
            .prepareStatement(
                "SELECT content FROM report_file WHERE report_job_id = ? ORDER BY part")) {
      query.setLong(1, jobId);
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          content.writeBytes(rows.getBytes(1));
        }
      }
      return content.toByteArray();
    } catch (SQLException e) {
      throw new IllegalStateException("the file of a report can't be read", e);
    }
  }

  /** Forgets the oldest reports of an organization until the others come to this much. */
  void shrink(long organizationId, long mostBytes) {
    long sum = 0;
    for (Object[] file :
        store
            .createNamedQuery("ReportJob.files", Object[].class)
            .setParameter("organization", organizationId)
            .getResultList()) {
      sum += (Long) file[1];
      if (sum > mostBytes) {
        forget("j.id = ?1", (Long) file[0]);
      }
    }
  }

  /** Forgets what ended before an instant. */
  void forgetEndedBefore(Instant before) {
    forget("j.finished_at < ?1", before.toEpochMilli());
  }

  private void forget(String which, long value) {
    String ids =
        "(SELECT j.id FROM report_job j WHERE j.finished_at IS NOT NULL AND "
            + (which + " AND " + NOT_HELD + ")");
    for (String delete :
        List.of(
            "DELETE FROM report_file WHERE report_job_id IN " + ids,
            "DELETE FROM report_job WHERE id IN " + ids)) {
      store.createNativeQuery(delete).setParameter(1, value).executeUpdate();
    }
  }
}
