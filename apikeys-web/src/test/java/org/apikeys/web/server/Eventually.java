package org.apikeys.web.server;

import java.time.Duration;
import java.time.Instant;

/** Waits for what comes true by itself, looking often and giving up at a deadline. */
public final class Eventually {
  private static final long PAUSE_MILLIS = 50;

  private Eventually() {}

  /** Requires that the assertion holds within the time. */
  public static void within(Duration limit, Runnable assertion) {
    Instant deadline = Instant.now().plus(limit);
    while (true) {
      try {
        assertion.run();
        return;
      } catch (AssertionError e) {
        if (Instant.now().isAfter(deadline)) {
          throw e;
        }
        pause(PAUSE_MILLIS);
      }
    }
  }

  /** Waits, for what has to not happen. */
  public static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
