package org.apikeys.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
import java.util.List;
import java.util.Optional;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.store.Page;

/** Finds and keeps legal holds. */
@ApplicationScoped
class LegalHolds {
  @PersistenceContext EntityManager store;

  void add(LegalHold hold) {
    store.persist(hold);
    store.flush();
  }

  void remove(LegalHold hold) {
    store.remove(hold);
  }

  Optional<LegalHold> byId(long id) {
    return Optional.ofNullable(store.find(LegalHold.class, id));
  }

  /** Every hold of the installation. */
  List<LegalHold> all() {
    return query(true, 0).getResultList();
  }

  Page<HoldView> find(Caller caller, int page, int size) {
    boolean all = caller.organizationId() == Caller.DEFAULT_ORGANIZATION;
    List<LegalHold> found = query(all, caller.organizationId()).getResultList();
    return new Page<>(
        found.stream().skip((page - 1L) * size).limit(size).map(LegalHold::view).toList(),
        found.size());
  }

  private TypedQuery<LegalHold> query(boolean all, long organization) {
    return all
        ? store.createNamedQuery("LegalHold.all", LegalHold.class)
        : store
            .createNamedQuery("LegalHold.ofOrganization", LegalHold.class)
            .setParameter("organization", organization);
  }

  /** That a hold stands in the way. */
  static ProblemException blocks(LegalHold hold) {
    return new ProblemException(
        ProblemType.LEGAL_HOLD,
        "The legal hold " + hold.id() + " keeps these records until it is lifted.");
  }
}
