package org.apikeys.alert;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.Optional;
import org.apikeys.store.Page;

/** Finds and keeps rules. */
@ApplicationScoped
class RuleStore {
  @PersistenceContext EntityManager store;

  void add(AlertRule rule) {
    store.persist(rule);
    store.flush();
  }

  void remove(AlertRule rule) {
    store.remove(rule);
    store.flush();
  }

  void flush() {
    store.flush();
  }

  Optional<AlertRule> byId(long id) {
    return Optional.ofNullable(store.find(AlertRule.class, id));
  }

  Optional<AlertRule> toChange(long id) {
    return Optional.ofNullable(store.find(AlertRule.class, id, LockModeType.PESSIMISTIC_WRITE));
  }

  List<AlertRule> active() {
    return store.createNamedQuery("AlertRule.active", AlertRule.class).getResultList();
  }

  Page<AlertRule> find(long organizationId, int page, int size) {
    String where = " FROM AlertRule r WHERE r.organizationId = :organization";
    return new Page<>(
        store
            .createQuery("SELECT r" + where + " ORDER BY r.id", AlertRule.class)
            .setParameter("organization", organizationId)
            .setFirstResult((page - 1) * size)
            .setMaxResults(size)
            .getResultList(),
        store
            .createQuery("SELECT COUNT(r)" + where, Long.class)
            .setParameter("organization", organizationId)
            .getSingleResult());
  }
}
