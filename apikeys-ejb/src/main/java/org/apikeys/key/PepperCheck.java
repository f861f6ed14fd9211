package org.apikeys.key;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apikeys.crypto.KeyMaterial;
import org.apikeys.crypto.Pepper;

/**
 * Refuses to start with a pepper that is not the one that the stored keys were hashed under: every
 * key would be unknown, which looks like a break-in and helps nobody.
 */
@Stateless
@PermitAll
public class PepperCheck {
  @PersistenceContext EntityManager store;
  private final KeyMaterial keys;

  @Inject
  public PepperCheck(KeyMaterial keys) {
    this.keys = keys;
  }

  @SuppressWarnings("NullAway")
  public PepperCheck() {
    keys = null;
  }

  /** Compares each version with the store, and notes those that are new. */
  @SuppressWarnings("unchecked")
  public void run() {
    List<Object[]> rows =
        store.createNativeQuery("SELECT version, fingerprint FROM pepper_version").getResultList();
    Map<Integer, String> known = new HashMap<>();
    rows.forEach(row -> known.put(((Number) row[0]).intValue(), (String) row[1]));
    Pepper pepper = keys.pepper();
    for (int version : pepper.versions()) {
      String expected = known.remove(version);
      String fingerprint = pepper.fingerprint(version);
      if (expected == null) {
        store
            .createNativeQuery("INSERT INTO pepper_version (version, fingerprint) VALUES (?1, ?2)")
            .setParameter(1, version)
            .setParameter(2, fingerprint)
            .executeUpdate();
      } else if (!expected.equals(fingerprint)) {
        throw new IllegalStateException(
            "Version "
                + version
                + " of the pepper file is not the one that the keys in the store were hashed under;"
                + " put the right file back (apikeys.keys.pepper).");
      }
    }
    known.keySet().stream().filter(this::isInUse).findFirst().ifPresent(PepperCheck::refuse);
  }

  private boolean isInUse(int version) {
    return !store
        .createNativeQuery(
            "SELECT api_key_id FROM key_secret WHERE pepper_version = ?1 FETCH FIRST 1 ROWS ONLY")
        .setParameter(1, version)
        .getResultList()
        .isEmpty();
  }

  private static void refuse(int version) {
    throw new IllegalStateException(
        "Version "
            + version
            + " is missing from the pepper file, and keys in the store were hashed under it; put it"
            + " back (apikeys.keys.pepper).");
  }
}
