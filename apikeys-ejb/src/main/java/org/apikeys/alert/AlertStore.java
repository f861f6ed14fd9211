package org.apikeys.alert;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apikeys.store.Page;

/** Finds and keeps alerts. */
@ApplicationScoped
class AlertStore {
  @PersistenceContext EntityManager store;

  void add(Alert alert) {
    store.persist(alert);
    store.flush();
  }

  void flush() {
    store.flush();
  }

  Optional<Alert> byId(long id) {
    return Optional.ofNullable(store.find(Alert.class, id));
  }

  Optional<Alert> toChange(long id) {
    return Optional.ofNullable(store.find(Alert.class, id, LockModeType.PESSIMISTIC_WRITE));
  }

  /** The alert that further occurrences belong to. */
  Optional<Alert> unresolved(String groupingKey) {
    return store
        .createNamedQuery("Alert.unresolved", Alert.class)
        .setParameter("groupingKey", groupingKey)
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .getResultStream()
        .findFirst();
  }

  long newest() {
    return store.createNamedQuery("Alert.newest", Long.class).getSingleResult();
  }

  List<Alert> after(long id, int most) {
    return store
        .createNamedQuery("Alert.after", Alert.class)
        .setParameter("id", id)
        .setMaxResults(most)
        .getResultList();
  }

  Page<Alert> find(long organizationId, AlertFilter filter, int page, int size) {
    StringBuilder where = new StringBuilder(" FROM Alert a WHERE a.organizationId = :organization");
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("organization", organizationId);
    equal(where, values, "status", filter.status());
    equal(where, values, "severity", filter.severity());
    equal(where, values, "kind", filter.kind());
    equal(where, values, "keyId", filter.keyId());
    if (filter.from() != null) {
      where.append(" AND a.lastSeen >= :from");
      values.put("from", filter.from());
    }
    if (filter.to() != null) {
      where.append(" AND a.lastSeen < :to");
      values.put("to", filter.to());
    }
    TypedQuery<Alert> rows =
        store.createQuery("SELECT a" + where + " ORDER BY a.lastSeen DESC, a.id DESC", Alert.class);
    TypedQuery<Long> total = store.createQuery("SELECT COUNT(a)" + where, Long.class);
    values.forEach(
        (name, value) -> {
          rows.setParameter(name, value);
          total.setParameter(name, value);
        });
    return new Page<>(
        rows.setFirstResult((page - 1) * size).setMaxResults(size).getResultList(),
        total.getSingleResult());
  }

  private static void equal(
      StringBuilder where,
      Map<String, Object> values,
      String field,
      @org.jspecify.annotations.Nullable Object value) {
    if (value != null) {
      where.append(" AND a.").append(field).append(" = :").append(field);
      values.put(field, value);
    }
  }

  /** Rows of status, severity and number. */
  List<Object[]> counts(long organizationId) {
    return store
        .createNamedQuery("Alert.counts", Object[].class)
        .setParameter("organization", organizationId)
        .getResultList();
  }

  void forget(Instant before) {
    store.createNamedQuery("Alert.forget").setParameter("before", before).executeUpdate();
  }
}
