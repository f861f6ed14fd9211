package org.apikeys.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets go of a store that takes connections and does not answer, or can't be opened. Whoever asks
 * such a store waits for the driver to give up, and so do the threads of the server, until none is
 * left for what needs no store; and each failure fills pages of the log. The watch asks the store
 * something small all the time; when several questions in a row have no answer it breaks every
 * connection and lets none be made, until there is one.
 */
final class StoreWatch {
  private static final System.Logger LOG = System.getLogger(StoreWatch.class.getName());

  /** So many questions in a row without an answer: a pause of one side is no hang. */
  static final int MOST_FAILURES = 3;

  private static final long PERIOD_MILLIS = 250;

  private static final long END_MILLIS = 2_000;

  private final Probe probe;
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private final Thread thread = new Thread(this::lookOn, "apikeys-store-watch");
  private final CountDownLatch ended = new CountDownLatch(1);
  private int failures;
  private volatile boolean away;

  /** Asks the store something small. */
  interface Probe extends AutoCloseable {
    /** Throws when there is no answer within a second or so. */
    void ask() throws SQLException;

    @Override
    void close();
  }

  /** Makes a connection. */
  interface Opener {
    Connection open() throws SQLException;
  }

  StoreWatch(Probe probe) {
    this.probe = probe;
  }

  void begin() {
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits for a question that is being asked: it would open an embedded store again. */
  void end() {
    ended.countDown();
    try {
      thread.join(END_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * A connection that is broken when the store hangs.
   *
   * @throws SQLTransientConnectionException at once while it does
   */
  Connection connect(Opener opener) throws SQLException {
    requireAnswers();
    Connection connection = opener.open();
    open.add(connection);
    if (away) {
      connection.abort(Runnable::run);
      requireAnswers();
    }
    return connection;
  }

  /** Whether the store is known not to answer. */
  boolean isAway() {
    return away;
  }

  private void requireAnswers() throws SQLTransientConnectionException {
    if (away) {
      throw new SQLTransientConnectionException("the store does not answer", "08001");
    }
  }

  private void lookOn() {
    try (probe) {
      do {
        look();
      } while (!ended.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Asks once. Whatever a driver throws is no answer; errors too, such as of memory that was short
   * for a moment: without the watch a store that was away would stay so for good.
   */
  void look() {
    try {
      probe.ask();
      failures = 0;
      if (away) {
        away = false;
        LOG.log(System.Logger.Level.INFO, "The store answers again.");
      }
    } catch (SQLException | RuntimeException | Error e) {
      failures++;
      if (failures >= MOST_FAILURES) {
        letGo(e);
      }
    }
    open.removeIf(StoreWatch::isClosed);
  }

  private void letGo(Throwable why) {
    if (!away) {
      away = true;
      LOG.log(
          System.Logger.Level.WARNING,
          "The store does not answer ({0}): nobody waits for it any more, and it is asked again.",
          String.valueOf(why.getMessage()));
    }
    for (Connection connection : open) {
      try {
        connection.abort(Runnable::run);
      } catch (SQLException e) {
        LOG.log(System.Logger.Level.DEBUG, "a connection is broken already", e);
      }
    }
  }

  private static boolean isClosed(Connection connection) {
    try {
      return connection.isClosed();
    } catch (SQLException e) {
      return true;
    }
  }
}
