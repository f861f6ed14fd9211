package org.apikeys.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ServiceLoader;
import org.apikeys.setting.RefusedStart;
import org.apikeys.setting.Settings;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/**
 * What happens before the container's first connection, which servers make while they deploy: the
 * store is waited for, and its schema is brought to this version. A store that is there but wrong
 * stops the start with the reason.
 */
final class StoreOpening {
  private static final System.Logger LOG = System.getLogger(StoreOpening.class.getName());
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final int DEEPEST = 20;

  private static boolean opened;

  private StoreOpening() {}

  /** Opens the store, once in the life of the application. */
  static synchronized void once(Settings settings) throws SQLException {
    boolean told = false;
    while (!opened) {
      opened = RefusedStart.telling(() -> tryToOpen(settings));
      if (!opened) {
        if (!told) {
          LOG.log(
              System.Logger.Level.WARNING,
              "The store is out of reach; the start waits for it and tries every {0} s.",
              PAUSE.toSeconds());
          told = true;
        }
        pause();
      }
    }
  }

  private static void pause() throws SQLException {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while waiting for the store", e);
    }
  }

  /** Opens and migrates; false while the store is out of reach. */
  private static boolean tryToOpen(Settings settings) {
    try {
      for (StoreFiller filler :
          ServiceLoader.load(StoreFiller.class, StoreOpening.class.getClassLoader())) {
        filler.fill(settings);
      }
      Migrations.run(settings);
      return true;
    } catch (FlywayException | StoreFiller.Failure e) {
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
