package org.apikeys.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Asks the store for the number one, on a connection that is kept for it. */
final class StoreProbe implements StoreWatch.Probe {
  private final DataSource source;
  private final String question;
  private @Nullable Connection connection;

  /** Over a source whose connections give up soon. */
  StoreProbe(DataSource source, String question) {
    this.source = source;
    this.question = question;
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
        statement.execute(question);
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
