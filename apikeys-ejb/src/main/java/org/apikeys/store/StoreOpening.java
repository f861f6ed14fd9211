package org.apikeys.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import org.apikeys.setting.RefusedStart;
import org.apikeys.setting.Settings;
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

  /**
   * How the states begin (SQLSTATE) that pass: connections that fail, a server that starts or
   * stops, one whose connections are all taken, and one that becomes the first only now.
   */
  private static final List<String> NOT_YET = List.of("08", "57P", "53300", "25006");

  private static boolean opened;

  private StoreOpening() {}

  /** Opens the store, once in the life of the application. */
  static synchronized void once(Settings settings) throws SQLException {
    boolean told = false;
    while (!opened) {
      try {
        open(settings);
        opened = true;
      } catch (RuntimeException e) {
        SQLException away = outOfReach(e);
        if (away == null) {
          RefusedStart.tell(e);
          throw e;
        }
        if (!told) {
          LOG.log(
              System.Logger.Level.WARNING,
              "The store is out of reach ({0}); the start waits for it and tries every {1} s.",
              away.getMessage(),
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

  private static void open(Settings settings) {
    for (StoreFiller filler :
        ServiceLoader.load(StoreFiller.class, StoreOpening.class.getClassLoader())) {
      filler.fill(settings);
    }
    Migrations.run(settings);
  }

  /** What says that the store can't be used yet; null when waiting would not help. */
  static @Nullable SQLException outOfReach(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < DEEPEST; i++) {
      if (cause instanceof SQLException sql && isOutOfReach(sql.getSQLState())) {
        return sql;
      }
      cause = cause.getCause();
    }
    return null;
  }

  private static boolean isOutOfReach(@Nullable String state) {
    return state != null && NOT_YET.stream().anyMatch(state::startsWith);
  }
}
