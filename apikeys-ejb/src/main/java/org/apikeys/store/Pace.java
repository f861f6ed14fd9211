package org.apikeys.store;

import java.time.Duration;

/**
 * Lets work whose cost grows with what there is take a tenth of the time at most: after a pass it
 * rests nine times as long as the pass took, but not longer than a minute. What waits meanwhile is
 * done in one pass. For one thread.
 */
public final class Pace {
  private static final int RESTS = 9;
  private static final long MOST_REST_NANOS = Duration.ofMinutes(1).toNanos();

  private long from = System.nanoTime();

  /** Work to be paced. */
  public interface Pass {
    /** Does a part of what waits; tells whether that was all. */
    boolean run();
  }

  /** Runs a pass unless it is time to rest; the next one comes at once where more waits. */
  public void run(Pass pass) {
    long began = System.nanoTime();
    if (began - from < 0) {
      return;
    }
    if (pass.run()) {
      long ended = System.nanoTime();
      from = ended + Math.min(MOST_REST_NANOS, RESTS * (ended - began));
    }
  }
}
