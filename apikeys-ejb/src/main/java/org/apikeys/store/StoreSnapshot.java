package org.apikeys.store;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.derby.jdbc.EmbeddedDataSource;
import org.apikeys.setting.Settings;
import org.jspecify.annotations.Nullable;

/**
 * The whole store as it is at one instant, for reading, while work on it goes on. PostgreSQL keeps
 * old versions of rows for a transaction that began before they changed. Derby would lock what is
 * read instead: so it copies itself to a folder beside its own, and the copy is read.
 */
public final class StoreSnapshot implements AutoCloseable {
  private static final String PREFIX = "snapshot-";

  private final Connection connection;
  private final @Nullable Path copy;

  private StoreSnapshot(Connection connection, @Nullable Path copy) {
    this.connection = connection;
    this.copy = copy;
  }

  /** Takes it. */
  public static StoreSnapshot take(Settings settings) throws SQLException, IOException {
    StoreDataSource source = new StoreDataSource(settings);
    return source.isEmbedded() ? ofDerby(source, settings) : ofPostgres(source);
  }

  private static StoreSnapshot ofPostgres(StoreDataSource source) throws SQLException {
    Connection connection = source.getConnection();
    try {
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      return new StoreSnapshot(connection, null);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static StoreSnapshot ofDerby(StoreDataSource source, Settings settings)
      throws SQLException, IOException {
    forgetOld(settings.dataDirectory());
    Path copy = Files.createTempDirectory(settings.dataDirectory(), PREFIX);
    try {
      try (Connection connection = source.getConnection();
          CallableStatement call =
              connection.prepareCall("CALL SYSCS_UTIL.SYSCS_BACKUP_DATABASE(?)")) {
        call.setString(1, copy.toString());
        call.execute();
      }
      Connection connection = derby(copy).getConnection();
      connection.setAutoCommit(false);
      return new StoreSnapshot(connection, copy);
    } catch (SQLException e) {
      delete(copy);
      throw e;
    }
  }

  /** Deletes what a process left that was killed while it copied. */
  private static void forgetOld(Path folder) throws IOException {
    List<Path> old;
    try (Stream<Path> found = Files.list(folder)) {
      old = found.filter(path -> String.valueOf(path.getFileName()).startsWith(PREFIX)).toList();
    }
    for (Path path : old) {
      delete(path);
    }
  }

  private static EmbeddedDataSource derby(Path copy) {
    EmbeddedDataSource derby = new EmbeddedDataSource();
    derby.setDatabaseName(copy.resolve("derby").toString());
    return derby;
  }

  /** Reads the store as it was; never writes. */
  public Connection connection() {
    return connection;
  }

  @Override
  public void close() throws SQLException, IOException {
    connection.rollback();
    connection.close();
    if (copy != null) {
      EmbeddedDataSource derby = derby(copy);
      derby.setShutdownDatabase("shutdown");
      try {
        derby.getConnection().close();
      } catch (SQLException e) {
        // Derby reports a successful shutdown as an exception
      }
      delete(copy);
    }
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
