package org.apikeys.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.Statement;
import org.apikeys.setting.Settings;

/**
 * Takes the first number of every sequence and every table of the embedded store, before anybody
 * else does. Derby sets numbers aside in large blocks, with a lock on its catalogue for which it
 * does not wait: who compiles a statement about the same table at that moment makes it give up with
 * 40XL1, and so the first keys that were issued at the same time after a start were seen to be
 * refused. Before calls are taken there is nobody to meet. A number is lost by it at each start.
 */
public final class FirstNumbers {
  private FirstNumbers() {}

  /** Takes them, if the store is the embedded one. */
  public static void take(Settings settings) {
    StoreDataSource store = new StoreDataSource(settings);
    if (store.isEmbedded()) {
      try {
        take(store);
      } catch (SQLException e) {
        throw new IllegalStateException("no number can be taken from the store", e);
      }
    }
  }

  private static void take(StoreDataSource embedded) throws SQLException {
    try (Connection connection = embedded.getConnection();
        Statement statement = connection.createStatement()) {
      StoreTables tables = new StoreTables(connection);
      for (String sequence : tables.sequences().keySet()) {
        try (ResultSet number =
            statement.executeQuery("VALUES NEXT VALUE FOR " + StoreTables.plain(sequence))) {
          number.next();
        }
      }
      for (String table : tables.identities().keySet()) {
        takeOf(StoreTables.plain(table), statement);
      }
    }
  }

  /** By a row that lacks all but its number, so that it is numbered and then refused. */
  private static void takeOf(String table, Statement statement) throws SQLException {
    try {
      statement.execute("INSERT INTO " + table + " (id) VALUES (DEFAULT)");
    } catch (SQLIntegrityConstraintViolationException refused) {
      return;
    }
    throw new IllegalStateException(table + " took a row with nothing in it");
  }
}
