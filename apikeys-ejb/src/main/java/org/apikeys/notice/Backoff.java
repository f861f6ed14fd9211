package org.apikeys.notice;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** When something is tried again: the schedule that Standard Webhooks recommends, with jitter. */
final class Backoff {
  private static final List<Duration> WAITS =
      List.of(
          Duration.ofSeconds(5),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofHours(2),
          Duration.ofHours(5),
          Duration.ofHours(10),
          Duration.ofHours(14),
          Duration.ofHours(20),
          Duration.ofHours(24));

  private static final double JITTER = 0.2;

  private Backoff() {}

  /** The next attempt after so many earlier failures; empty when it is given up. */
  static Optional<Instant> next(int failures, Instant now) {
    if (failures >= WAITS.size()) {
      return Optional.empty();
    }
    double stretch = 1 + JITTER * ThreadLocalRandom.current().nextDouble();
    return Optional.of(now.plusMillis((long) (WAITS.get(failures).toMillis() * stretch)));
  }
}
