package org.apikeys.key;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.apikeys.api.verify.CallCounts;
import org.apikeys.api.verify.CallsCounted;
import org.apikeys.api.verify.CallsRolledUp;

/**
 * Keeps the counts of keys. The row of the secret has them in the transaction that stores the
 * calls, and is all that is written of a key then; the row that lists are sorted by, with its
 * indexes, follows when the calls are rolled up.
 */
@ApplicationScoped
class KeyCounting {
  @PersistenceContext EntityManager store;

  void onCounted(@Observes CallsCounted counted) {
    try (PreparedStatement secrets =
        prepare(
            "UPDATE key_secret SET request_count = request_count + ?,"
                + " denied_count = denied_count + ?,"
                + " last_used_at = CASE WHEN CAST(? AS BIGINT) > COALESCE(last_used_at, 0)"
                + " THEN CAST(? AS BIGINT) ELSE last_used_at END"
                + " WHERE api_key_id = ? AND generation = ?")) {
      for (CallCounts calls : counted.counts()) {
        secrets.setLong(1, calls.allowed());
        secrets.setLong(2, calls.denied());
        secrets.setLong(3, calls.lastUsedMillis());
        secrets.setLong(4, calls.lastUsedMillis());
        secrets.setLong(5, calls.keyId());
        secrets.setInt(6, calls.generation());
        secrets.addBatch();
      }
      secrets.executeBatch();
    } catch (SQLException e) {
      throw new IllegalStateException("calls can't be counted", e);
    }
  }

  /** Written anew from the counts of the secrets, so that it can't drift away from them. */
  void onRolledUp(@Observes CallsRolledUp rolledUp) {
    try (PreparedStatement keys =
        prepare(
            "UPDATE api_key_count SET allowed = "
                + ofSecrets("SUM(s.request_count)")
                + ", denied = "
                + ofSecrets("SUM(s.denied_count)")
                + ", last_used_at = "
                + ofSecrets("MAX(s.last_used_at)")
                + " WHERE api_key_id = ?")) {
      for (long id : rolledUp.keyIds()) {
        keys.setLong(1, id);
        keys.addBatch();
      }
      keys.executeBatch();
    } catch (SQLException e) {
      throw new IllegalStateException("counts of keys can't be summed", e);
    }
  }

  private static String ofSecrets(String sum) {
    return "COALESCE((SELECT "
        + sum
        + " FROM key_secret s WHERE s.api_key_id = api_key_count.api_key_id), 0)";
  }

  private PreparedStatement prepare(String sql) throws SQLException {
    return store.unwrap(Connection.class).prepareStatement(sql);
  }
}
