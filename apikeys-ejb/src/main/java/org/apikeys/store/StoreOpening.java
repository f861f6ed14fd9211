package org.apikeys.store;

import java.sql.SQLException;
import java.time.Duration;
import org.apikeys.setting.Settings;
import org.eclipse.persistence.platform.database.PostgreSQLPlatform;
import org.eclipse.persistence.sessions.DatasourceLogin;
import org.eclipse.persistence.sessions.Session;
import org.eclipse.persistence.sessions.SessionCustomizer;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/**
 * What happens before EclipseLink first connects, which servers make it do while they deploy: it is
 * told which store it speaks to, the store is waited for, and its schema is brought to this
 * version. A store that is there but wrong stops the start with the reason.
 */
public class StoreOpening implements SessionCustomizer {
  private static final System.Logger LOG = System.getLogger(StoreOpening.class.getName());
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final int DEEPEST = 20;

  @Override
  public void customize(Session session) throws InterruptedException {
    Settings settings = Settings.current();
    if (settings.databaseUrl().isPresent()) {
      // takes over the sequences that the mappings named
      ((DatasourceLogin) session.getLogin()).usePlatform(new PostgreSQLPlatform());
    }
    boolean told = false;
    while (!isOpened(settings)) {
      if (!told) {
        LOG.log(
            System.Logger.Level.WARNING,
            "The store is out of reach; the start waits for it and tries every {0} s.",
            PAUSE.toSeconds());
        told = true;
      }
      Thread.sleep(PAUSE.toMillis());
    }
  }

  /** Opens and migrates; false while the store is out of reach. */
  private static boolean isOpened(Settings settings) {
    try {
      Migrations.run(settings);
      return true;
    } catch (FlywayException e) {
      if (isOutOfReach(e)) {
        return false;
      }
      throw e;
    }
  }

  private static boolean isOutOfReach(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < DEEPEST; i++) {
      if (cause instanceof SQLException sql && isOutOfReach(sql.getSQLState())) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** Connection exceptions (class 08), and a server that starts or stops (57P). */
  private static boolean isOutOfReach(@Nullable String state) {
    return state != null && (state.startsWith("08") || state.startsWith("57P"));
  }
}
