package org.apikeys.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Asks PostgreSQL for the number one, on a connection that is kept for it. */
final class PostgresProbe implements StoreWatch.Probe {
  private final DataSource source;
  private @Nullable Connection connection;

  /** Over a source whose connections give up soon. */
  PostgresProbe(DataSource source) {
    this.source = source;
  }

  @Override
  public void ask() throws SQLException {
    try {
      Connection known = connection;
      if (known == null) {
        known = source.getConnection();
        connection = known;
      }
      try (Statement statement = known.createStatement()) {
        statement.execute("SELECT 1");
      }
    } catch (SQLException e) {
      close();
      throw e;
    }
  }

  @Override
  public void close() {
    Connection known = connection;
    connection = null;
    if (known != null) {
      try {
        // not closed: who closes says good-bye, and waits until that is sent
        known.abort(Runnable::run);
      } catch (SQLException e) {
        // broken already
        return;
      }
    }
  }
}
