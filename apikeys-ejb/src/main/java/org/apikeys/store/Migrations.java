package org.apikeys.store;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apikeys.setting.Settings;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Brings the schema to this version's. One set of scripts serves both stores. */
public final class Migrations {
  /** Derby has no index for words within a text, and reads all names. */
  private static final Map<String, String> DERBY =
      Map.of("text", "CLOB", "bytes", "BLOB", "words", "");

  /**
   * Who owns the database may make this extension where it is installed. Without it lists are the
   * same, and a search for words reads all names.
   */
  private static final String WORDS =
      """
      DO $$
      BEGIN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
        CREATE INDEX api_key_words ON api_key
          USING gin (name_key gin_trgm_ops, key_prefix gin_trgm_ops);
      EXCEPTION
        WHEN insufficient_privilege OR undefined_file OR undefined_object
          OR feature_not_supported THEN
          RAISE NOTICE 'The extension pg_trgm is not there: searches read all names.';
      END $$;
      """;

  private static final Map<String, String> POSTGRES =
      Map.of("text", "TEXT", "bytes", "BYTEA", "words", WORDS);

  private Migrations() {}

  /**
   * Migrates.
   *
   * @throws org.flywaydb.core.api.FlywayException when the store is out of reach, or its schema is
   *     newer than this version knows
   */
  public static void run(Settings settings) {
    if (!SchemaHistory.isComplete(new StoreDataSource(settings))) {
      migrate(scripts(settings).load());
    }
  }

  /** The versions of the scripts that there are, in order. */
  public static List<String> known(Settings settings) {
    return Arrays.stream(scripts(settings).load().info().all())
        .filter(script -> script.getState().isResolved())
        .map(script -> script.getVersion().getVersion())
        .toList();
  }

  /** Migrates up to a version and no further, for data that was written under it. */
  public static void run(Settings settings, String upTo) {
    migrate(scripts(settings).target(upTo).load());
  }

  /**
   * A server that meets a schema it does not know would read it wrongly, or write what the one that
   * knows it can't read: it stops instead, and says which version would not.
   */
  private static void migrate(Flyway flyway) {
    List<String> unknown =
        Arrays.stream(flyway.info().all())
            .filter(script -> script.getState().isApplied() && !script.getState().isResolved())
            .map(script -> script.getVersion().getVersion())
            .toList();
    if (!unknown.isEmpty()) {
      throw new FlywayException(
          "The store was written by a newer version of this server: its schema has "
              + String.join(", ", unknown)
              + ", which this version does not know. Start that version or a later one, or restore"
              + " a backup that this version has made.");
    }
    flyway.migrate();
  }

  private static FluentConfiguration scripts(Settings settings) {
    StoreDataSource source = StoreDataSource.forMigrations(settings);
    return Flyway.configure(Migrations.class.getClassLoader())
        .dataSource(source)
        // Open Liberty's class loaders show the folder by the empty file flyway.location in it
        .locations("classpath:db/migration")
        .placeholders(source.isEmbedded() ? DERBY : POSTGRES)
        .validateMigrationNaming(true);
  }

  /** Closes the embedded store, so that its next start has nothing to recover. */
  public static void close(Settings settings) {
    StoreDataSource.stopWatching();
    if (settings.databaseUrl().isEmpty()) {
      EmbeddedStore.close(settings);
    }
  }
}
