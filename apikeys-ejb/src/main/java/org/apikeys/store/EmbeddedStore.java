package org.apikeys.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.Map;
import org.apache.derby.jdbc.EmbeddedDataSource;
import org.apikeys.setting.Settings;

/**
 * Derby within this process, made when it is not there. Derby opens a database for reading alone
 * when it can't write beside it, as on a full disk, and would leave it so for as long as the
 * process runs; here such a one is closed again, so that who comes when there is room finds it
 * whole.
 */
final class EmbeddedStore extends EmbeddedDataSource {
  private static final long serialVersionUID = 1;

  /** SQL:2016, class 08: the connection can't be established. */
  private static final String NOT_ESTABLISHED = "08001";

  /** Derby writes a log of its own; beside its data and not wherever the server was started. */
  private static final String DERBY_LOG = "derby.stream.error.file";

  /**
   * What Derby takes from the properties of the JVM. Two transactions that wait for each other are
   * noticed after a second and not twenty, and nobody waits for a row longer than for any
   * statement. Numbers are taken from a sequence a hundred thousand at a time: each time takes a
   * lock on the catalogue, which Derby does not wait for while somebody else compiles a statement
   * about that table, so that a change was refused now and then when it was a thousand.
   */
  private static final Map<String, String> OPTIONS =
      Map.of(
          "derby.locks.deadlockTimeout", "1",
          "derby.locks.waitTimeout", Integer.toString(StoreDataSource.SOCKET_SECONDS),
          "derby.language.sequence.preallocator", "100000");

  private static final Object CLOSING = new Object();

  private EmbeddedStore(Settings settings) {
    setDatabaseName(settings.dataDirectory().resolve("derby").toString());
  }

  static EmbeddedStore of(Settings settings) {
    setUnlessSet(DERBY_LOG, settings.dataDirectory().resolve("derby.log").toString());
    OPTIONS.forEach(EmbeddedStore::setUnlessSet);
    makeFolder(settings);
    EmbeddedStore store = new EmbeddedStore(settings);
    store.setCreateDatabase("create");
    return store;
  }

  /**
   * Tells by the name of the setting what Derby would tell as a database that somebody else has.
   */
  static void requireFolder(Settings settings) {
    makeFolder(settings);
    if (!Files.isWritable(settings.dataDirectory())) {
      throw new IllegalStateException("The folder of apikeys.data.dir can't be written to.");
    }
  }

  private static void makeFolder(Settings settings) {
    try {
      Files.createDirectories(settings.dataDirectory());
    } catch (IOException e) {
      throw new UncheckedIOException("The folder of apikeys.data.dir can't be made.", e);
    }
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** Closes the database, so that its next start has nothing to recover. */
  static void close(Settings settings) {
    new EmbeddedStore(settings).close();
  }

  private void close() {
    EmbeddedDataSource end = new EmbeddedDataSource();
    end.setDatabaseName(getDatabaseName());
    end.setShutdownDatabase("shutdown");
    try {
      end.getConnection().close();
    } catch (SQLException e) {
      // Derby reports a successful shutdown as an exception
    }
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection connection = super.getConnection();
    return connection.isReadOnly() ? again(connection) : connection;
  }

  /** One after the other: what the first has closed may be open and whole for the second. */
  private Connection again(Connection readOnly) throws SQLException {
    readOnly.close();
    synchronized (CLOSING) {
      Connection connection = super.getConnection();
      if (!connection.isReadOnly()) {
        return connection;
      }
      connection.close();
      close();
      throw new SQLNonTransientConnectionException(
          "the folder of the embedded database can't be written to: " + getDatabaseName(),
          NOT_ESTABLISHED);
    }
  }
}
