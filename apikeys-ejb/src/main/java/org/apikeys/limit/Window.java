package org.apikeys.limit;

import java.time.Duration;

/**
 * The windows that calls are counted in. Each begins at a multiple of its length since 1970 UTC.
 */
public enum Window {
  SECOND(0, 1_000),
  MINUTE(1, 60_000),
  HOUR(2, 3_600_000),
  DAY(3, 86_400_000);

  private final int place;
  private final long millis;

  Window(int place, long millis) {
    this.place = place;
    this.millis = millis;
  }

  /** Its place in the arrays of a {@link Counter}. */
  int place() {
    return place;
  }

  /** Its length in milliseconds. */
  public long millis() {
    return millis;
  }

  public Duration length() {
    return Duration.ofMillis(millis);
  }

  /** When the window that contains an instant began, in milliseconds since 1970 UTC. */
  long startOf(long now) {
    return now - Math.floorMod(now, millis);
  }
}
