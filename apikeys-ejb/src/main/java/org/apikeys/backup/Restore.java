package org.apikeys.backup;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apikeys.audit.CarriedLog;
import org.apikeys.crypto.KeyFiles;
import org.apikeys.crypto.LogKeys;
import org.apikeys.crypto.Secret;
import org.apikeys.setting.Settings;
import org.apikeys.store.Migrations;
import org.apikeys.store.StoreDataSource;
import org.apikeys.store.StoreFiller;
import org.apikeys.store.StoreTables;
import org.jspecify.annotations.Nullable;

/**
 * Fills an empty store from the backup that the settings name. The file is read twice: nothing is
 * written before all of it has proved whole. The store is then filled in one transaction, which
 * ends well only when the audit log in it is the one that was signed.
 */
public class Restore implements StoreFiller {
  private static final System.Logger LOG = System.getLogger(Restore.class.getName());

  /** Where rows are that no store has from its schema alone. */
  private static final List<String> TELLING =
      List.of("organization", "person", "api_key", "audit_record", "audit_outbox");

  /** Found by the service loader. */
  public Restore() {}

  /** What a backup has beside the store. */
  private static final class Around {
    private final Map<String, String> keys = new TreeMap<>();
    private @Nullable String checkpoint;
  }

  @Override
  public void fill(Settings settings) {
    if (settings.restoreFile().isEmpty()) {
      return;
    }
    Path file = settings.restoreFile().get();
    Secret passphrase =
        settings
            .restorePassphrase()
            .map(Secret::new)
            .orElseThrow(
                () ->
                    new BackupRefused(
                        "apikeys.restore.file takes apikeys.restore.passphrase beside it."));
    try {
      fill(settings, file, passphrase);
    } catch (SQLException e) {
      throw new Failure(e);
    } catch (IOException e) {
      throw new UncheckedIOException("The backup " + file + " can't be read.", e);
    }
  }

  private static void fill(Settings settings, Path file, Secret passphrase)
      throws SQLException, IOException {
    StoreDataSource source = new StoreDataSource(settings);
    Around around = new Around();
    Manifest manifest = check(file, passphrase, around);
    try (Connection connection = source.getConnection()) {
      StoreTables tables = new StoreTables(connection);
      if (isFilledFrom(manifest, connection, tables)) {
        LOG.log(
            System.Logger.Level.INFO,
            "The store is already the one of the backup {0}; remove apikeys.restore.file.",
            manifest.id());
        return;
      }
      requireEmpty(connection, tables);
    }
    migrate(settings, manifest);
    KeyFiles.restore(settings, around.keys);
    CarriedLog log = new CarriedLog(LogKeys.load(settings.keyFile("audit"), settings.logOrigin()));
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try {
        long rows = load(file, passphrase, connection, settings);
        long signed = log.verify(connection, around.checkpoint);
        note(connection, manifest);
        // last: of a log that is refused nothing is remembered
        if (around.checkpoint != null) {
          log.remember(settings, around.checkpoint);
        }
        connection.commit();
        LOG.log(
            System.Logger.Level.INFO,
            "Restored backup {0} of {1}: {2} rows, {3} signed audit records, checked. Remove"
                + " apikeys.restore.file and apikeys.restore.passphrase.",
            manifest.id(),
            manifest.madeAt().toString(),
            Long.toString(rows),
            Long.toString(signed));
      } finally {
        connection.rollback();
      }
    }
  }

  /** Reads all of it once, so that what is damaged anywhere is refused before anything is done. */
  private static Manifest check(Path file, Secret passphrase, Around around) throws IOException {
    try (BackupReader backup = BackupReader.open(file, passphrase)) {
      for (JsonNode line = backup.next(); line != null; line = backup.next()) {
        if (line.has("key_file")) {
          around.keys.put(line.path("key_file").asText(), line.path("content").asText());
        } else if (line.has("checkpoint")) {
          around.checkpoint = line.path("checkpoint").asText();
        }
      }
      return backup.manifest();
    }
  }

  private static boolean isFilledFrom(Manifest manifest, Connection connection, StoreTables tables)
      throws SQLException {
    if (!tables.inOrder().contains("restored_backup")) {
      return false;
    }
    try (PreparedStatement query =
        connection.prepareStatement("SELECT id FROM restored_backup WHERE id = ?")) {
      query.setString(1, manifest.id());
      try (ResultSet rows = query.executeQuery()) {
        return rows.next();
      }
    }
  }

  private static void requireEmpty(Connection connection, StoreTables tables) throws SQLException {
    List<String> there = tables.inOrder();
    for (String table : TELLING) {
      if (there.contains(table)) {
        try (Statement statement = connection.createStatement();
            ResultSet rows =
                statement.executeQuery("SELECT 1 FROM " + table + " FETCH FIRST 1 ROWS ONLY")) {
          if (rows.next()) {
            throw new BackupRefused(
                "The store is not empty: a backup is restored into an empty one alone. Remove"
                    + " apikeys.restore.file to start with what is there.");
          }
        }
      }
    }
  }

  /** Brings the schema to where it was when the rows were written. */
  private static void migrate(Settings settings, Manifest manifest) throws SQLException {
    List<String> known = Migrations.known(settings);
    for (String version : manifest.versions()) {
      if (!known.contains(version)) {
        throw new BackupRefused(
            "The backup is of a newer version (schema " + version + "); start that one or later.");
      }
    }
    String last = manifest.versions().get(manifest.versions().size() - 1);
    for (String version : manifest.versions()) {
      last = known.indexOf(version) > known.indexOf(last) ? version : last;
    }
    Migrations.run(settings, last);
    try (Connection connection = new StoreDataSource(settings).getConnection()) {
      if (!new HashSet<>(new StoreTables(connection).versions())
          .equals(new HashSet<>(manifest.versions()))) {
        throw new BackupRefused(
            "The schema of the store is not the one of the backup; begin with an empty database.");
      }
    }
  }

  private static long load(Path file, Secret passphrase, Connection connection, Settings settings)
      throws SQLException, IOException {
    StoreTables tables = new StoreTables(connection);
    List<String> inOrder = new ArrayList<>(tables.inOrder());
    try (Statement statement = connection.createStatement()) {
      // the schema comes with some rows
      for (int i = inOrder.size() - 1; i >= 0; i--) {
        statement.executeUpdate("DELETE FROM " + StoreTables.plain(inOrder.get(i)));
      }
    }
    long rows = 0;
    try (BackupReader backup = BackupReader.open(file, passphrase);
        Loading loading = new Loading(connection);
        ArchiveFiles archives = new ArchiveFiles(settings)) {
      for (JsonNode line = backup.next(); line != null; line = backup.next()) {
        if (line.isArray()) {
          loading.row(line);
          rows++;
        } else if (line.has("table")) {
          loading.table(line);
        } else if (line.has("sequence")) {
          loading.flush();
          tables.setSequence(line.path("sequence").asText(), line.path("next").asLong());
        } else if (line.has("identity")) {
          loading.flush();
          tables.setIdentity(line.path("identity").asText(), line.path("next").asLong());
        } else {
          archives.take(line);
        }
      }
      loading.flush();
    }
    try (Statement statement = connection.createStatement()) {
      // nobody works under a lease of a server that is no more
      statement.executeUpdate("UPDATE lease SET holder = NULL, ends_at = 0");
      statement.executeUpdate("DELETE FROM cluster_node");
    }
    return rows;
  }

  private static void note(Connection connection, Manifest manifest) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO restored_backup (id, made_at, is_recorded) VALUES (?, ?, FALSE)")) {
      insert.setString(1, manifest.id());
      insert.setLong(2, manifest.madeAt().toEpochMilli());
      insert.executeUpdate();
    }
  }

  /** Writes archive files, which records were moved to before they were purged. */
  private static final class ArchiveFiles implements AutoCloseable {
    private final Path folder;
    private @Nullable OutputStream out;

    ArchiveFiles(Settings settings) {
      folder = settings.dataDirectory().resolve("archive");
    }

    void take(JsonNode line) throws IOException {
      OutputStream present = out;
      if (line.has("part") && present != null) {
        present.write(line.path("part").binaryValue());
      } else if (line.has("archive")) {
        close();
        String name = line.path("archive").asText();
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,200}")) {
          throw new BackupRefused("The backup has an archive with an unusual name.");
        }
        Files.createDirectories(folder);
        out =
            Files.newOutputStream(
                folder.resolve(name),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
      }
    }

    @Override
    public void close() throws IOException {
      if (out != null) {
        out.close();
        out = null;
      }
    }
  }
}
