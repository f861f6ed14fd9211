package org.apikeys.tenant;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.util.Optional;
import org.apikeys.store.Page;

/** Finds and keeps organizations. */
@ApplicationScoped
class Organizations {
  @PersistenceContext EntityManager store;

  void add(Organization organization) {
    store.persist(organization);
    store.flush();
  }

  Optional<Organization> byId(long id) {
    return Optional.ofNullable(store.find(Organization.class, id));
  }

  Optional<Organization> toChange(long id) {
    return Optional.ofNullable(store.find(Organization.class, id, LockModeType.PESSIMISTIC_WRITE));
  }

  Optional<Organization> byName(String name) {
    return store
        .createNamedQuery("Organization.byNameKey", Organization.class)
        .setParameter("nameKey", Organization.key(name))
        .getResultStream()
        .findFirst();
  }

  long count() {
    return store.createNamedQuery("Organization.count", Long.class).getSingleResult();
  }

  Page<Organization> find(int page, int size) {
    return new Page<>(
        store
            .createNamedQuery("Organization.all", Organization.class)
            .setFirstResult((page - 1) * size)
            .setMaxResults(size)
            .getResultList(),
        count());
  }
}
