package org.apikeys.limit;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.OptionalLong;

/** Whose keys are: what is told of limits is told to an organization. */
@Stateless
@PermitAll
public class KeyOrganizations {
  @PersistenceContext EntityManager store;

  /** The organization of a key; empty when there is no such key. */
  public OptionalLong of(long keyId) {
    List<?> found =
        store
            .createNativeQuery("SELECT organization_id FROM api_key WHERE id = ?1")
            .setParameter(1, keyId)
            .getResultList();
    return found.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(((Number) found.get(0)).longValue());
  }
}
