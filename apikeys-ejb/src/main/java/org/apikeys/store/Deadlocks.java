package org.apikeys.store;

import java.sql.SQLException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the store breaks off because others wait for it in a circle. The embedded store locks what
 * it reads, in the order of the question, and changes lock in another one.
 */
public final class Deadlocks {
  private static final int MOST_TRIES = 3;

  /** SQL:2016, class 40: the transaction was rolled back. */
  private static final String ROLLED_BACK = "40";

  private Deadlocks() {}

  /** Reads, again if it has to be; outside of any transaction, since all of one is undone. */
  public static <T> T readThrough(Supplier<T> reading) {
    for (int tries = 1; ; tries++) {
      try {
        return reading.get();
      } catch (RuntimeException e) {
        if (tries == MOST_TRIES || !isRolledBack(e)) {
          throw e;
        }
      }
    }
  }

  /** Whether the store has rolled a transaction back in favour of others. */
  public static boolean isRolledBack(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql
          && sql.getSQLState() != null
          && sql.getSQLState().startsWith(ROLLED_BACK)) {
        return true;
      }
    }
    return false;
  }
}
