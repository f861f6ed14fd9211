package org.apikeys.limit;

import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.apikeys.store.Upsert;

/** The counters at rest. */
@Stateless
public class StoredCounters {
  @PersistenceContext EntityManager store;

  /** The counts of a key, when it has any. */
  @SuppressWarnings("unchecked")
  public Optional<Counter.Stored> find(long keyId) {
    List<Object[]> rows =
        store
            .createNativeQuery(
                "SELECT minute_start, minute_used, hour_start, hour_used, day_start, day_used"
                    + " FROM limit_counter WHERE api_key_id = ?1")
            .setParameter(1, keyId)
            .getResultList();
    return rows.stream()
        .findFirst()
        .map(
            row ->
                new Counter.Stored(
                    keyId,
                    number(row[0]),
                    number(row[1]),
                    number(row[2]),
                    number(row[3]),
                    number(row[4]),
                    number(row[5])));
  }

  private static long number(Object column) {
    return ((Number) column).longValue();
  }

  /** Writes all in one batch: updates first, and inserts for those that had no row. */
  public void write(List<Counter.Stored> counters) {
    Connection connection = store.unwrap(Connection.class);
    try {
      Upsert.write(
          connection,
          "UPDATE limit_counter SET minute_start = ?, minute_used = ?, hour_start = ?,"
              + " hour_used = ?, day_start = ?, day_used = ? WHERE api_key_id = ?",
          "INSERT INTO limit_counter (minute_start, minute_used, hour_start, hour_used,"
              + " day_start, day_used, api_key_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
          counters,
          StoredCounters::bind);
    } catch (SQLException e) {
      throw new IllegalStateException("counters can't be stored", e);
    }
  }

  private static void bind(PreparedStatement statement, Counter.Stored counter)
      throws SQLException {
    statement.setLong(1, counter.minuteStart());
    statement.setLong(2, counter.minuteUsed());
    statement.setLong(3, counter.hourStart());
    statement.setLong(4, counter.hourUsed());
    statement.setLong(5, counter.dayStart());
    statement.setLong(6, counter.dayUsed());
    statement.setLong(7, counter.keyId());
  }
}
