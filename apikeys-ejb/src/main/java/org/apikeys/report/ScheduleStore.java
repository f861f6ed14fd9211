package org.apikeys.report;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apikeys.store.Page;

/** Finds and keeps schedules of reports. */
@ApplicationScoped
class ScheduleStore {
  private static final int MOST_DUE = 200;

  @PersistenceContext EntityManager store;

  void add(ReportSchedule schedule) {
    store.persist(schedule);
    store.flush();
  }

  void remove(ReportSchedule schedule) {
    store.remove(schedule);
    store.flush();
  }

  void flush() {
    store.flush();
  }

  Optional<ReportSchedule> byId(long id) {
    return Optional.ofNullable(store.find(ReportSchedule.class, id));
  }

  Optional<ReportSchedule> toChange(long id) {
    return Optional.ofNullable(
        store.find(ReportSchedule.class, id, LockModeType.PESSIMISTIC_WRITE));
  }

  List<Long> due(Instant now) {
    return store
        .createNamedQuery("ReportSchedule.due", Long.class)
        .setParameter("now", now)
        .setParameter("farthest", ReportSchedule.farthest(now))
        .setMaxResults(MOST_DUE)
        .getResultList();
  }

  Page<ReportSchedule> find(long organizationId, int page, int size) {
    String where = " FROM ReportSchedule s WHERE s.organizationId = :organization";
    return new Page<>(
        store
            .createQuery("SELECT s" + where + " ORDER BY s.id", ReportSchedule.class)
            .setParameter("organization", organizationId)
            .setFirstResult((page - 1) * size)
            .setMaxResults(size)
            .getResultList(),
        store
            .createQuery("SELECT COUNT(s)" + where, Long.class)
            .setParameter("organization", organizationId)
            .getSingleResult());
  }
}
