package org.apikeys.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Asks the store for a number, on a connection that is kept for it. */
final class StoreProbe implements StoreWatch.Probe {
  private final DataSource source;
  private final String question;
  private final boolean isForTheTime;
  private @Nullable Connection connection;

  private StoreProbe(DataSource source, String question, boolean isForTheTime) {
    this.source = source;
    this.question = question;
    this.isForTheTime = isForTheTime;
  }

  /** Over a source whose connections give up soon. */
  static StoreProbe embedded(DataSource source) {
    return new StoreProbe(source, "VALUES 1", false);
  }

  /** Over a source whose connections give up soon; listens to the clock of the store as well. */
  static StoreProbe postgres(DataSource source) {
    return new StoreProbe(
        source, "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)", true);
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
        long asked = System.currentTimeMillis();
        ResultSet answer = statement.executeQuery(question);
        if (isForTheTime && answer.next()) {
          StoreClock.tell(answer.getLong(1), asked, System.currentTimeMillis());
        }
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
