package org.apikeys.store;

import java.sql.SQLException;
import java.util.Map;
import org.apache.derby.jdbc.EmbeddedDataSource;
import org.apikeys.setting.Settings;
import org.flywaydb.core.Flyway;

/** Brings the schema to this version's. One set of scripts serves both stores. */
public final class Migrations {
  private static final Map<String, String> DERBY = Map.of("text", "CLOB", "bytes", "BLOB");
  private static final Map<String, String> POSTGRES = Map.of("text", "TEXT", "bytes", "BYTEA");

  private Migrations() {}

  /**
   * Migrates.
   *
   * @throws org.flywaydb.core.api.FlywayException when the store is out of reach, or its schema is
   *     newer than this version knows
   */
  public static void run(Settings settings) {
    StoreDataSource source = new StoreDataSource(settings);
    Flyway.configure(Migrations.class.getClassLoader())
        .dataSource(source)
        .locations("classpath:db/migration")
        .placeholders(source.isEmbedded() ? DERBY : POSTGRES)
        .validateMigrationNaming(true)
        .load()
        .migrate();
  }

  /** Closes the embedded store, so that its next start has nothing to recover. */
  public static void close(Settings settings) {
    if (settings.databaseUrl().isEmpty()) {
      EmbeddedDataSource derby = new EmbeddedDataSource();
      derby.setDatabaseName(StoreDataSource.derbyFolder(settings));
      derby.setShutdownDatabase("shutdown");
      try {
        derby.getConnection().close();
      } catch (SQLException e) {
        // Derby reports a successful shutdown as an exception
      }
    }
  }
}
