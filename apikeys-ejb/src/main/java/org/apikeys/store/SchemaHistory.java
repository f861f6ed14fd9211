package org.apikeys.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Flyway's table of the scripts that were run. Almost every start finds them all there, each as it
 * is here, and then has no need to load Flyway.
 */
final class SchemaHistory {
  private static final String FOLDER = "db/migration/";
  private static final String SCRIPT = ".sql";
  private static final String ANCHOR = FOLDER + "V1__foundation.sql";

  private SchemaHistory() {}

  /**
   * Whether all the scripts that there are, and no others, were run to their end, and are since
   * unchanged. Whatever else there is to say about a store is left to Flyway.
   */
  static boolean isComplete(StoreDataSource source) {
    try {
      Map<String, Integer> scripts = scripts();
      return !scripts.isEmpty() && hasRun(source, scripts);
    } catch (SQLException | IOException | URISyntaxException e) {
      return false;
    }
  }

  /** Looks in the schema that the connection creates its tables in, as Flyway does. */
  private static boolean hasRun(StoreDataSource source, Map<String, Integer> scripts)
      throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      Optional<String> schema = schema(connection);
      if (schema.isEmpty()) {
        return false;
      }
      Map<String, Integer> left = new HashMap<>(scripts);
      try (ResultSet row =
          statement.executeQuery(
              "SELECT \"type\", \"script\", \"checksum\", \"success\" FROM \""
                  + schema.get()
                  + "\".\"flyway_schema_history\"")) {
        while (row.next()) {
          Integer expected = left.remove(row.getString(2));
          if (expected == null
              || !"SQL".equals(row.getString(1))
              || row.getInt(3) != expected
              || !row.getBoolean(4)) {
            return false;
          }
        }
      }
      return left.isEmpty();
    }
  }

  /** None where its name could not stand between quotes. */
  private static Optional<String> schema(Connection connection) throws SQLException {
    @Nullable String name = connection.getSchema();
    return Optional.ofNullable(name).filter(given -> given.indexOf('"') < 0);
  }

  /** The checksum of each script by its name. */
  private static Map<String, Integer> scripts() throws IOException, URISyntaxException {
    ClassLoader loader = SchemaHistory.class.getClassLoader();
    @Nullable URL anchor = loader == null ? null : loader.getResource(ANCHOR);
    Map<String, Integer> scripts = new HashMap<>();
    if (anchor == null) {
      return scripts;
    }
    if (anchor.openConnection() instanceof JarURLConnection connection) {
      connection.setUseCaches(false);
      try (var jar = connection.getJarFile()) {
        for (var entries = jar.entries(); entries.hasMoreElements(); ) {
          var entry = entries.nextElement();
          if (entry.getName().startsWith(FOLDER) && entry.getName().endsWith(SCRIPT)) {
            try (InputStream content = jar.getInputStream(entry)) {
              scripts.put(entry.getName().substring(FOLDER.length()), checksum(content));
            }
          }
        }
      }
    } else if (anchor.getProtocol().equals("file")) {
      try (DirectoryStream<Path> files =
          Files.newDirectoryStream(Path.of(anchor.toURI()).resolveSibling("."), "*" + SCRIPT)) {
        for (Path file : files) {
          try (InputStream content = Files.newInputStream(file)) {
            scripts.put(String.valueOf(file.getFileName()), checksum(content));
          }
        }
      }
    }
    return scripts;
  }

  /** As Flyway reckons it: of the lines without their ends. */
  private static int checksum(InputStream content) throws IOException {
    CRC32 sum = new CRC32();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(content, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      sum.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return (int) sum.getValue();
  }
}
