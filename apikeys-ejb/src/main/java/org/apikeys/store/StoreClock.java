package org.apikeys.store;

import java.time.Clock;
import java.time.Duration;

/**
 * The clock of the store, which all nodes share. What they agree about by times goes by it: who
 * holds a lease, which node lives, in which window calls count. So a node whose own clock is wrong
 * disturbs none of that. An embedded store has the clock of this machine.
 */
public final class StoreClock {
  private static final System.Logger LOG = System.getLogger(StoreClock.class.getName());

  /** Clocks no further apart are the same: it takes a moment to hear the other one. */
  private static final Duration SAME = Duration.ofSeconds(1);

  /** From here on an operator is told. */
  private static final Duration WRONG = Duration.ofSeconds(5);

  private static volatile long ahead;
  private static boolean told;

  private StoreClock() {}

  /**
   * Milliseconds since 1970 UTC by the clock of the store.
   *
   * @param own the clock of this server
   */
  public static long millis(Clock own) {
    return own.millis() + ahead;
  }

  /** By how much it is ahead of the clock of this machine; zero when that is a second or less. */
  public static Duration ahead() {
    return Duration.ofMillis(ahead);
  }

  /**
   * What it shows, in milliseconds since 1970 UTC.
   *
   * @param asked by this machine's clock
   * @param answered by this machine's clock; nothing is learnt when that took long
   */
  static synchronized void tell(long millis, long asked, long answered) {
    long took = answered - asked;
    if (took < 0 || took > SAME.toMillis()) {
      return;
    }
    Duration apart = Duration.ofMillis(millis - asked - took / 2);
    boolean same = apart.abs().compareTo(SAME) <= 0;
    ahead = same ? 0 : apart.toMillis();
    if (!told && apart.abs().compareTo(WRONG) > 0) {
      told = true;
      LOG.log(
          System.Logger.Level.WARNING,
          "The clock of this machine is {0} s {1} that of the store. Limits and leases go by the"
              + " store''s; tokens, the ends of keys and the times in records go by this one, and are"
              + " wrong on one side. Let NTP set both.",
          String.valueOf(apart.abs().toSeconds()),
          apart.isNegative() ? "ahead of" : "behind");
    } else if (told && same) {
      told = false;
      LOG.log(System.Logger.Level.INFO, "The clock of this machine agrees with the store again.");
    }
  }

  /** There is no other store any more. */
  static synchronized void forget() {
    ahead = 0;
    told = false;
  }
}
