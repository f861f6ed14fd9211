package org.apikeys.usage;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import org.apikeys.audit.Retention;

/**
 * Deletes the details of calls that are older than retention says, but for those that a legal hold
 * keeps: of everybody, of a key, or of the person who owns the key. Counts stay.
 */
@Stateless
@PermitAll
public class CallRetention {
  static final int BATCH = 5_000;

  private static final String DELETE =
      "DELETE FROM usage_call WHERE id IN (SELECT c.id FROM usage_call c WHERE c.made_at < ?1 AND "
          + Retention.notHeld(
              "c.organization_id",
              "c.made_at",
              "h.subject = 'key-' || TRIM(CAST(c.api_key_id AS CHAR(20)))"
                  + " OR EXISTS (SELECT 1 FROM api_key k LEFT JOIN person p"
                  + " ON p.username_key = LOWER(k.owner) WHERE k.id = c.api_key_id AND"
                  + " (h.subject = k.owner OR h.subject = 'user-' || TRIM(CAST(p.id AS CHAR(20)))))")
          + (" FETCH FIRST " + BATCH + " ROWS ONLY)");

  @PersistenceContext EntityManager store;
  private final Retention retention;

  @Inject
  public CallRetention(Retention retention) {
    this.retention = retention;
  }

  @SuppressWarnings("NullAway")
  public CallRetention() {
    retention = null;
  }

  /**
   * Deletes one batch.
   *
   * @return whether more may be left to delete
   */
  public boolean prune() {
    return store
            .createNativeQuery(DELETE)
            .setParameter(1, retention.cutoff(Retention.USAGE).toEpochMilli())
            .executeUpdate()
        == BATCH;
  }
}
