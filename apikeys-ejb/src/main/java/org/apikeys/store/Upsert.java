package org.apikeys.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes rows that are there already more often than not: one batch of updates, and one of inserts
 * for those that changed nothing. By hand, since the stores have no statement in common for it.
 */
public final class Upsert {
  /**
   * Drivers keep the parameters of a batch until it is sent, of the embedded store 1.4 kB a row.
   */
  private static final int ROWS_AT_ONCE = 500;

  private Upsert() {}

  /** Sets the parameters of a row, which both statements take in the same order. */
  public interface Binder<T> {
    void bind(PreparedStatement statement, T row) throws SQLException;
  }

  /** Writes rows, whether they are there or not. */
  public static <T> void write(
      Connection connection, String update, String insert, List<T> rows, Binder<T> binder)
      throws SQLException {
    insert(connection, insert, update(connection, update, rows, binder), binder);
  }

  /**
   * Writes the rows that are there.
   *
   * @return those that are not
   */
  public static <T> List<T> update(
      Connection connection, String update, List<T> rows, Binder<T> binder) throws SQLException {
    List<T> absent = new ArrayList<>();
    if (rows.isEmpty()) {
      return absent;
    }
    try (PreparedStatement updates = connection.prepareStatement(update)) {
      for (List<T> some : Pieces.of(rows, ROWS_AT_ONCE)) {
        int[] updated = execute(updates, some, binder);
        for (int i = 0; i < updated.length; i++) {
          if (updated[i] == 0) {
            absent.add(some.get(i));
          }
        }
      }
    }
    return absent;
  }

  /** Writes rows that are not there. */
  public static <T> void insert(
      Connection connection, String insert, List<T> rows, Binder<T> binder) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement inserts = connection.prepareStatement(insert)) {
      for (List<T> some : Pieces.of(rows, ROWS_AT_ONCE)) {
        execute(inserts, some, binder);
      }
    }
  }

  private static <T> int[] execute(PreparedStatement statement, List<T> rows, Binder<T> binder)
      throws SQLException {
    for (T row : rows) {
      binder.bind(statement, row);
      statement.addBatch();
    }
    return statement.executeBatch();
  }
}
