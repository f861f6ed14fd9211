package org.apikeys.web.server;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/** Waits for a moment that suits a test; windows of limits are aligned to the clock. */
public final class Clocks {
  private static final int MINUTE = 60;

  private Clocks() {}

  /** Returns when at least this much of the present minute is left. */
  public static void awaitRoomInTheMinute(Duration needed) {
    int second = Instant.now().atZone(ZoneOffset.UTC).getSecond();
    if (MINUTE - second <= needed.toSeconds()) {
      Eventually.pause((MINUTE - second) * 1000L + 50);
    }
  }
}
