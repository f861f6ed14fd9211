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

/** Keeps the counts that lists show, in the transaction that stores the calls. */
@ApplicationScoped
class KeyCounting {
  private static final String LATER =
      " = CASE WHEN CAST(? AS BIGINT) > COALESCE(last_used_at, 0) THEN CAST(? AS BIGINT)"
          + " ELSE last_used_at END";

  @PersistenceContext EntityManager store;

  void onCounted(@Observes CallsCounted counted) {
    Connection connection = store.unwrap(Connection.class);
    try (PreparedStatement keys =
            connection.prepareStatement(
                "UPDATE api_key_count SET allowed = allowed + ?, denied = denied + ?, last_used_at"
                    + LATER
                    + " WHERE api_key_id = ?");
        PreparedStatement secrets =
            connection.prepareStatement(
                "UPDATE key_secret SET request_count = request_count + ?, last_used_at"
                    + LATER
                    + " WHERE api_key_id = ? AND generation = ?")) {
      for (CallCounts calls : counted.counts()) {
        keys.setLong(1, calls.allowed());
        keys.setLong(2, calls.denied());
        keys.setLong(3, calls.lastUsedMillis());
        keys.setLong(4, calls.lastUsedMillis());
        keys.setLong(5, calls.keyId());
        keys.addBatch();
        secrets.setLong(1, calls.allowed());
        secrets.setLong(2, calls.lastUsedMillis());
        secrets.setLong(3, calls.lastUsedMillis());
        secrets.setLong(4, calls.keyId());
        secrets.setInt(5, calls.generation());
        secrets.addBatch();
      }
      keys.executeBatch();
      secrets.executeBatch();
    } catch (SQLException e) {
      throw new IllegalStateException("calls can't be counted", e);
    }
  }
}
