package org.apikeys.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apikeys.setting.Settings;
import org.junit.jupiter.api.Test;

/** Numbers of the embedded store are set aside before calls are taken. */
class FirstNumbersTest {
  private final Map<String, String> own = TestStore.settingsOfNewDerby();
  private final Settings settings = new Settings(name -> Optional.ofNullable(own.get(name)));
  private final StoreDataSource store = new StoreDataSource(settings);

  /** How many numbers are set aside of each sequence and each table that numbers its rows. */
  private Map<String, Long> setAside() throws SQLException {
    try (Connection connection = store.getConnection();
        Statement statement = connection.createStatement()) {
      StoreTables tables = new StoreTables(connection);
      Map<String, Long> next = tables.sequences();
      Map<String, Long> aside = new TreeMap<>();
      // the sequence of a table's rows is named after nothing that the table shows
      long ofTables = tables.identities().values().stream().mapToLong(one -> one).sum();
      long reserved = 0;
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT SEQUENCENAME, CURRENTVALUE FROM SYS.SYSSEQUENCES q"
                  + " JOIN SYS.SYSSCHEMAS s ON q.SCHEMAID = s.SCHEMAID"
                  + " WHERE SCHEMANAME = CURRENT SCHEMA OR SEQUENCENAME LIKE 'U%X%'")) {
        while (rows.next()) {
          Long known = next.get(rows.getString(1).toLowerCase(Locale.ROOT));
          if (known == null) {
            reserved += rows.getLong(2);
          } else {
            aside.put(rows.getString(1), rows.getLong(2) - known);
          }
        }
      }
      aside.put("rows of a table", (reserved - ofTables) / tables.identities().size());
      return aside;
    }
  }

  @Test
  void areSetAsideAtTheStart() throws SQLException {
    Migrations.run(settings);
    FirstNumbers.take(settings);
    try {
      assertThat(setAside())
          .hasSizeGreaterThan(20)
          .allSatisfy((name, many) -> assertThat(many).as(name).isGreaterThan(90_000));
    } finally {
      Migrations.close(settings);
    }
  }

  @Test
  void lastForLongWhileSomebodyReadsTheCatalogue() throws SQLException {
    Migrations.run(settings);
    FirstNumbers.take(settings);
    try (Connection reader = store.getConnection();
        Connection writer = store.getConnection()) {
      reader.setAutoCommit(false);
      reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      try (Statement reads = reader.createStatement();
          ResultSet rows = reads.executeQuery("SELECT * FROM SYS.SYSSEQUENCES");
          PreparedStatement insert =
              writer.prepareStatement(
                  "INSERT INTO change_feed (topic, subject, written_at) VALUES ('KEY', 1, 0)")) {
        while (rows.next()) {
          // each row stays locked until the transaction ends
        }
        for (int i = 0; i < 5_000; i++) {
          insert.addBatch();
        }
        assertThat(insert.executeBatch()).hasSize(5_000).containsOnly(1);
      } finally {
        reader.rollback();
      }
    } finally {
      Migrations.close(settings);
    }
  }
}
