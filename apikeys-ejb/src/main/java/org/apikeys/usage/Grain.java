package org.apikeys.usage;

import java.time.Duration;

/** How fine sums are kept. A quarter of an hour divides the days of every time zone. */
enum Grain {
  DAY(1_440),
  HOUR(60),
  QUARTER(15),
  MINUTE(1);

  private final int minutes;

  Grain(int minutes) {
    this.minutes = minutes;
  }

  int minutes() {
    return minutes;
  }

  long millis() {
    return Duration.ofMinutes(minutes).toMillis();
  }

  /** The start of the bucket that a minute is in, in milliseconds since 1970 UTC. */
  long bucket(long minute) {
    return Math.floorDiv(minute, (long) minutes) * millis();
  }
}
