package org.apikeys.request;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.util.Optional;

/** Finds and keeps what organizations have set. */
@ApplicationScoped
class PolicySets {
  @PersistenceContext EntityManager store;
  private final BuiltInPolicies builtIn;

  @Inject
  PolicySets(BuiltInPolicies builtIn) {
    this.builtIn = builtIn;
  }

  @SuppressWarnings("NullAway")
  protected PolicySets() {
    builtIn = null;
  }

  /** The policies in force in an organization. */
  PolicyDocument inForce(long organizationId) {
    return own(organizationId).map(PolicySet::document).orElseGet(this::standard);
  }

  /** The policies of an organization that has set none. */
  PolicyDocument standard() {
    return builtIn.document();
  }

  Optional<PolicySet> own(long organizationId) {
    return Optional.ofNullable(store.find(PolicySet.class, organizationId));
  }

  Optional<PolicySet> toChange(long organizationId) {
    return Optional.ofNullable(
        store.find(PolicySet.class, organizationId, LockModeType.PESSIMISTIC_WRITE));
  }

  void add(PolicySet set) {
    store.persist(set);
  }

  void flush() {
    store.flush();
  }
}
