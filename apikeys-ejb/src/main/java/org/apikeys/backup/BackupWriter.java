package org.apikeys.backup;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apikeys.audit.CarriedLog;
import org.apikeys.crypto.KeyFiles;
import org.apikeys.crypto.Secret;
import org.apikeys.crypto.SecretSource;
import org.apikeys.setting.Settings;
import org.apikeys.store.Json;
import org.apikeys.store.StoreSnapshot;
import org.apikeys.store.StoreTables;

/**
 * Writes a backup: lines of JSON, compressed and encrypted. First the manifest; then {@code
 * {"key_file", "content"}}, {@code {"checkpoint"}} and {@code {"archive"}} with its {@code
 * {"part"}}s; then for each table {@code {"table", "columns"}} with an array for each row, bytes in
 * base64; then {@code {"sequence", "next"}} and {@code {"identity", "next"}}; at last {@code
 * {"end": <rows>}}.
 */
final class BackupWriter {
  private static final int FETCHED = 500;
  private static final int PART = 48_000;

  private final Settings settings;
  private final SecretSource random;
  private final int rounds;

  BackupWriter(Settings settings, SecretSource random) {
    this(settings, random, Seal.ROUNDS);
  }

  /** With fewer rounds, for tests that read a file many times. */
  BackupWriter(Settings settings, SecretSource random, int rounds) {
    this.settings = settings;
    this.random = random;
    this.rounds = rounds;
  }

  /** Writes everything as it is now; the stream stays open. */
  void write(Secret passphrase, Instant now, OutputStream out) throws IOException, SQLException {
    // what was signed is read before the store: every record below a checkpoint is then in it
    Optional<String> checkpoint = CarriedLog.remembered(settings);
    Map<String, String> keys = KeyFiles.read(settings);
    try (StoreSnapshot snapshot = StoreSnapshot.take(settings)) {
      StoreTables tables = new StoreTables(snapshot.connection());
      Manifest manifest =
          new Manifest(UUID.randomUUID().toString(), now, tables.kind(), tables.versions());
      write(manifest, keys, checkpoint, snapshot.connection(), passphrase, out);
    }
  }

  void write(
      Manifest manifest,
      Map<String, String> keys,
      Optional<String> checkpoint,
      Connection store,
      Secret passphrase,
      OutputStream out)
      throws IOException, SQLException {
    SealedOutput sealed = new SealedOutput(out, Seal.of(passphrase, rounds, random));
    GZIPOutputStream packed = new GZIPOutputStream(sealed, PART);
    JsonGenerator json = Json.MAPPER.getFactory().createGenerator(packed);
    json.setRootValueSeparator(null);
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
    line(json, manifest);
    for (Map.Entry<String, String> key : keys.entrySet()) {
      line(json, Map.of("key_file", key.getKey(), "content", key.getValue()));
    }
    if (checkpoint.isPresent()) {
      line(json, Map.of("checkpoint", checkpoint.get()));
    }
    archives(json);
    StoreTables tables = new StoreTables(store);
    long rows = 0;
    for (String table : tables.inOrder()) {
      rows += table(json, store, table);
    }
    for (Map.Entry<String, Long> sequence : tables.sequences().entrySet()) {
      line(json, Map.of("sequence", sequence.getKey(), "next", sequence.getValue()));
    }
    for (Map.Entry<String, Long> identity : tables.identities().entrySet()) {
      line(json, Map.of("identity", identity.getKey(), "next", identity.getValue()));
    }
    line(json, Map.of("end", rows));
    json.close();
    packed.finish();
    sealed.finish();
  }

  private static void line(JsonGenerator json, Object value) throws IOException {
    Json.MAPPER.writeValue(json, value);
    json.writeRaw('\n');
  }

  /** The files that purged records are kept in. */
  private void archives(JsonGenerator json) throws IOException {
    Path folder = settings.dataDirectory().resolve("archive");
    if (!Files.isDirectory(folder)) {
      return;
    }
    List<Path> files;
    try (Stream<Path> found = Files.list(folder)) {
      files = found.filter(file -> file.toString().endsWith(".zip")).sorted().toList();
    }
    for (Path file : files) {
      line(json, Map.of("archive", String.valueOf(file.getFileName())));
      try (InputStream in = Files.newInputStream(file)) {
        for (byte[] part = in.readNBytes(PART); part.length > 0; part = in.readNBytes(PART)) {
          line(json, Map.of("part", part));
        }
      }
    }
  }

  private static long table(JsonGenerator json, Connection store, String table)
      throws IOException, SQLException {
    long count = 0;
    try (PreparedStatement query =
        store.prepareStatement("SELECT * FROM " + StoreTables.plain(table))) {
      query.setFetchSize(FETCHED);
      try (ResultSet rows = query.executeQuery()) {
        ResultSetMetaData about = rows.getMetaData();
        json.writeStartObject();
        json.writeStringField("table", table);
        json.writeArrayFieldStart("columns");
        for (int i = 1; i <= about.getColumnCount(); i++) {
          json.writeString(about.getColumnName(i).toLowerCase(Locale.ROOT));
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeRaw('\n');
        while (rows.next()) {
          json.writeStartArray();
          for (int i = 1; i <= about.getColumnCount(); i++) {
            value(json, rows, i, about.getColumnType(i));
          }
          json.writeEndArray();
          json.writeRaw('\n');
          count++;
        }
      }
    }
    return count;
  }

  private static void value(JsonGenerator json, ResultSet row, int column, int type)
      throws IOException, SQLException {
    switch (type) {
      case Types.BIGINT, Types.INTEGER, Types.SMALLINT -> {
        long number = row.getLong(column);
        if (row.wasNull()) {
          json.writeNull();
        } else {
          json.writeNumber(number);
        }
      }
      case Types.BOOLEAN, Types.BIT -> {
        boolean flag = row.getBoolean(column);
        if (row.wasNull()) {
          json.writeNull();
        } else {
          json.writeBoolean(flag);
        }
      }
      case Types.DOUBLE, Types.FLOAT, Types.REAL -> {
        double number = row.getDouble(column);
        if (row.wasNull()) {
          json.writeNull();
        } else {
          json.writeNumber(number);
        }
      }
      case Types.DECIMAL, Types.NUMERIC -> json.writeNumber(row.getBigDecimal(column));
      case Types.BLOB, Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY -> {
        byte[] bytes = row.getBytes(column);
        if (bytes == null) {
          json.writeNull();
        } else {
          json.writeBinary(bytes);
        }
      }
      case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR, Types.CLOB ->
          json.writeString(row.getString(column));
      default -> throw new IllegalStateException("a column has type " + type);
    }
  }
}
