package org.apikeys.limit;

import org.jspecify.annotations.Nullable;

/**
 * How a key has behaved in the last minute; and what is usual for it. There is one of each key that
 * was called lately, so it is small: what calls came to has room only where somebody tells of it.
 */
final class Watch {
  /** A minute counts by this part in what is usual. */
  private static final double WEIGHT = 1.0 / 60;

  /** Minutes that must have been seen before anything is called usual. */
  private static final int LEARNED = 10;

  private static final Ends NONE = new Ends();

  /** What calls came to whose end was told. */
  private static final class Ends {
    final LastMinute told = new LastMinute();
    final LastMinute failed = new LastMinute();
    final LastMinute timed = new LastMinute();
    final LastMinute micros = new LastMinute();
  }

  private final LastMinute calls = new LastMinute();
  private @Nullable Ends ends;
  private long learnedMinute;
  private int minutes;
  private double usual;
  private long lastMillis;

  synchronized void count(long more, long now) {
    calls.add(more, now);
    lastMillis = now;
  }

  synchronized void tell(boolean hasFailed, @Nullable Long responseMicros, long now) {
    if (ends == null) {
      ends = new Ends();
    }
    ends.told.add(1, now);
    if (hasFailed) {
      ends.failed.add(1, now);
    }
    if (responseMicros != null) {
      ends.timed.add(1, now);
      ends.micros.add(responseMicros, now);
    }
    lastMillis = now;
  }

  /** Whether the rule finds what it looks for. */
  synchronized boolean breaks(AdaptiveRule rule, long now) {
    Ends known = ends == null ? NONE : ends;
    return switch (rule.signal()) {
      case AdaptiveRule.ERROR_RATE -> {
        long told = known.told.sum(now);
        yield told >= rule.calls() && (double) known.failed.sum(now) / told > rule.above();
      }
      case AdaptiveRule.LATENCY -> {
        long timed = known.timed.sum(now);
        yield timed >= rule.calls() && known.micros.sum(now) / 1e6 / timed > rule.above();
      }
      default -> {
        long all = calls.sum(now);
        yield all >= rule.calls() && minutes >= LEARNED && all > rule.above() * usual;
      }
    };
  }

  /** Calls of the last minute. */
  synchronized long calls(long now) {
    return calls.sum(now);
  }

  /** Learns what is usual, once a minute. */
  synchronized void learn(long now) {
    long minute = now / Window.MINUTE.millis();
    if (minute != learnedMinute) {
      learnedMinute = minute;
      minutes = Math.min(minutes + 1, 1_000);
      double weight = Math.max(WEIGHT, 1.0 / minutes);
      usual += (calls.sum(now) - usual) * weight;
    }
  }

  /** Forgets the last minute, so that a step is judged by what comes after it. */
  synchronized void begin() {
    calls.clear();
    ends = null;
  }

  synchronized boolean isQuietSince(long millis) {
    return lastMillis < millis;
  }
}
