package org.apikeys.usage;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.apikeys.audit.Retention;
import org.apikeys.store.InList;

/**
 * Deletes the details of calls that are older than retention says, but for those that a legal hold
 * keeps: of everybody, of a key, or of the person who owns the key. Counts stay.
 */
@Stateless
@PermitAll
public class CallRetention {
  static final int BATCH = 5_000;

  private static final String OLD =
      "SELECT c.id FROM usage_call c WHERE c.made_at < ?1 AND "
          + Retention.notHeld(
              "c.organization_id",
              "c.made_at",
              "h.subject = 'key-' || TRIM(CAST(c.api_key_id AS CHAR(20)))"
                  + " OR EXISTS (SELECT 1 FROM api_key k LEFT JOIN person p"
                  + " ON p.username_key = LOWER(k.owner) WHERE k.id = c.api_key_id AND"
                  + " (h.subject = k.owner OR h.subject = 'user-' || TRIM(CAST(p.id AS CHAR(20)))))")
          + (" FETCH FIRST " + BATCH + " ROWS ONLY");

  private static final String DELETE = "DELETE FROM usage_call WHERE id IN (" + InList.PLACES + ")";

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
   * Deletes one batch. They are read first: as one statement, the embedded store looks all of them
   * up again for each call that there is.
   *
   * @return whether more may be left to delete
   */
  public boolean prune() {
    @SuppressWarnings("unchecked")
    List<Number> found =
        store
            .createNativeQuery(OLD)
            .setParameter(1, retention.cutoff(Retention.USAGE).toEpochMilli())
            .getResultList();
    List<Long> old = found.stream().map(Number::longValue).toList();
    try (PreparedStatement delete = store.unwrap(Connection.class).prepareStatement(DELETE)) {
      for (InList some : InList.of(old)) {
        some.bind(delete, 1);
        delete.executeUpdate();
      }
    } catch (SQLException e) {
      throw new IllegalStateException("old calls can't be deleted", e);
    }
    return old.size() == BATCH;
  }
}
