package org.apikeys.store;

import java.io.IOException;
import java.io.Writer;
import java.sql.Connection;
import java.sql.SQLException;
import org.eclipse.persistence.exceptions.DatabaseException;
import org.eclipse.persistence.internal.databaseaccess.Accessor;
import org.eclipse.persistence.platform.database.DerbyPlatform;
import org.eclipse.persistence.sessions.DatabaseLogin;
import org.eclipse.persistence.sessions.DatabaseSession;
import org.eclipse.persistence.sessions.SessionEvent;
import org.eclipse.persistence.sessions.SessionEventAdapter;

/**
 * Derby as EclipseLink knows it, with booleans that Derby understands. On Derby EclipseLink gives
 * up bound parameters for a whole statement as soon as one part of it can't have them ({@code
 * EXISTS}, a function of constants), writes each value into the text, and writes true as 1, which
 * Derby compares with no boolean column.
 */
public final class DerbyBooleans extends DerbyPlatform {
  @Override
  protected void appendBoolean(Boolean value, Writer writer) throws IOException {
    writer.write(value ? "TRUE" : "FALSE");
  }

  /**
   * Takes the place of the platform that EclipseLink found out by asking the database, which it
   * does after every customizer has run: with the first connection after that, and before any query
   * was written.
   */
  static final class Installation extends SessionEventAdapter {
    @Override
    public void postConnect(SessionEvent event) {
      if (event.getSession() instanceof DatabaseSession session
          && session.getPlatform().isDerby()
          && !(session.getPlatform() instanceof DerbyBooleans)
          && event.getResult() instanceof Accessor accessor
          && accessor.getDatasourceConnection() instanceof Connection connection) {
        DerbyBooleans platform = new DerbyBooleans();
        DatabaseLogin login = session.getLogin();
        login.usePlatform(platform);
        session.setDatasourceLogin(login);
        know(platform, connection);
      }
    }

    /** Which of its abilities this version of Derby has: pages, above all. */
    private static void know(DerbyBooleans platform, Connection connection) {
      try {
        platform.initializeConnectionData(connection);
      } catch (SQLException e) {
        throw DatabaseException.sqlException(e);
      }
    }
  }
}
