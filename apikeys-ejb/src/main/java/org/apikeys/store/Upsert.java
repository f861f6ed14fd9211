package org.apikeys.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * Writes rows that are there already more often than not: one batch of updates, and one of inserts
 * for those that changed nothing. By hand, since the stores have no statement in common for it.
 */
public final class Upsert {
  private Upsert() {}

  /** Sets the parameters of a row, which both statements take in the same order. */
  public interface Binder<T> {
    void bind(PreparedStatement statement, T row) throws SQLException;
  }

  public static <T> void write(
      Connection connection, String update, String insert, List<T> rows, Binder<T> binder)
      throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement updates = connection.prepareStatement(update);
        PreparedStatement inserts = connection.prepareStatement(insert)) {
      for (T row : rows) {
        binder.bind(updates, row);
        updates.addBatch();
      }
      int[] updated = updates.executeBatch();
      boolean fresh = false;
      for (int i = 0; i < updated.length; i++) {
        if (updated[i] == 0) {
          binder.bind(inserts, rows.get(i));
          inserts.addBatch();
          fresh = true;
        }
      }
      if (fresh) {
        inserts.executeBatch();
      }
    }
  }
}
