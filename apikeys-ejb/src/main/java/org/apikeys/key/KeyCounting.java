package org.apikeys.key;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.apikeys.api.verify.CallCounts;
import org.apikeys.api.verify.CallsCounted;
import org.apikeys.api.verify.CallsRolledUp;
import org.apikeys.store.InList;
import org.apikeys.store.Upsert;

/**
 * Keeps the counts of keys. The row of the secret has them in the transaction that stores the
 * calls, and is all that is written of a key then; the row that lists are sorted by, with its
 * indexes, follows when the calls are rolled up.
 */
@ApplicationScoped
class KeyCounting {
  private static final String COUNT =
      "UPDATE key_secret SET request_count = request_count + ?, denied_count = denied_count + ?,"
          + " last_used_at = CASE WHEN CAST(? AS BIGINT) > COALESCE(last_used_at, 0)"
          + " THEN CAST(? AS BIGINT) ELSE last_used_at END"
          + " WHERE api_key_id = ? AND generation = ?";

  @PersistenceContext EntityManager store;

  void onCounted(@Observes CallsCounted counted) {
    try {
      Upsert.update(
          store.unwrap(Connection.class), COUNT, counted.counts(), KeyCounting::bindCounts);
    } catch (SQLException e) {
      throw new IllegalStateException("calls can't be counted", e);
    }
  }

  private static void bindCounts(PreparedStatement secrets, CallCounts calls) throws SQLException {
    secrets.setLong(1, calls.allowed());
    secrets.setLong(2, calls.denied());
    secrets.setLong(3, calls.lastUsedMillis());
    secrets.setLong(4, calls.lastUsedMillis());
    secrets.setLong(5, calls.keyId());
    secrets.setInt(6, calls.generation());
  }

  /** Written anew from the counts of the secrets, so that it can't drift away from them. */
  void onRolledUp(@Observes CallsRolledUp rolledUp) {
    try (PreparedStatement secrets =
            prepare(
                "SELECT api_key_id, SUM(request_count), SUM(denied_count), MAX(last_used_at)"
                    + " FROM key_secret WHERE api_key_id IN ("
                    + InList.PLACES
                    + ") GROUP BY api_key_id");
        PreparedStatement keys =
            prepare(
                "UPDATE api_key_count SET allowed = ?, denied = ?, last_used_at = ?"
                    + " WHERE api_key_id = ?")) {
      for (InList some : InList.of(rolledUp.keyIds())) {
        some.bind(secrets, 1);
        sum(secrets, keys);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("counts of keys can't be summed", e);
    }
  }

  private static void sum(PreparedStatement secrets, PreparedStatement keys) throws SQLException {
    try (ResultSet sums = secrets.executeQuery()) {
      while (sums.next()) {
        keys.setLong(1, sums.getLong(2));
        keys.setLong(2, sums.getLong(3));
        // 0 when it was never used
        keys.setLong(3, sums.getLong(4));
        keys.setLong(4, sums.getLong(1));
        keys.addBatch();
      }
    }
    keys.executeBatch();
  }

  private PreparedStatement prepare(String sql) throws SQLException {
    return store.unwrap(Connection.class).prepareStatement(sql);
  }
}
