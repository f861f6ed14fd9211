package org.apikeys.store;

import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Reads rows where no entity stands for them. */
public final class StoredRows {
  private StoredRows() {}

  /**
   * All rows of a query, of several columns each.
   *
   * @param values of its numbered parameters, in their order
   */
  @SuppressWarnings("unchecked")
  public static List<Object[]> of(EntityManager store, String sql, Object... values) {
    Query query = store.createNativeQuery(sql);
    for (int i = 0; i < values.length; i++) {
      query.setParameter(i + 1, values[i]);
    }
    return query.getResultList();
  }

  /** Takes a row. */
  public interface Taker {
    void take(ResultSet row) throws SQLException;
  }

  /**
   * Reads all rows of a query.
   *
   * @param values of its parameters, in their order
   */
  public static void read(Connection connection, String sql, List<?> values, Taker each)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.size(); i++) {
        statement.setObject(i + 1, values.get(i));
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          each.take(rows);
        }
      }
    }
  }
}
