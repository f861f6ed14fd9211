package org.apikeys.limit;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How a key has behaved in the last minute, in slots of five seconds; and what is usual for it. */
final class Watch {
  static final long SLOT_MILLIS = 5_000;
  private static final int SLOTS = 12;

  /** A minute counts by this part in what is usual. */
  private static final double WEIGHT = 1.0 / 60;

  /** Minutes that must have been seen before anything is called usual. */
  private static final int LEARNED = 10;

  private final long[] slots = new long[SLOTS];
  private final long[] calls = new long[SLOTS];
  private final long[] told = new long[SLOTS];
  private final long[] failed = new long[SLOTS];
  private final long[] timed = new long[SLOTS];
  private final long[] micros = new long[SLOTS];
  private long learnedMinute;
  private int minutes;
  private double usual;
  private long lastMillis;

  synchronized void count(long more, long now) {
    calls[slot(now)] += more;
    lastMillis = now;
  }

  synchronized void tell(boolean hasFailed, @Nullable Long responseMicros, long now) {
    int slot = slot(now);
    told[slot]++;
    failed[slot] += hasFailed ? 1 : 0;
    if (responseMicros != null) {
      timed[slot]++;
      micros[slot] += responseMicros;
    }
    lastMillis = now;
  }

  private int slot(long now) {
    long number = now / SLOT_MILLIS;
    int slot = (int) (number % SLOTS);
    if (slots[slot] != number) {
      slots[slot] = number;
      calls[slot] = 0;
      told[slot] = 0;
      failed[slot] = 0;
      timed[slot] = 0;
      micros[slot] = 0;
    }
    return slot;
  }

  private long sum(long[] values, long now) {
    long newest = now / SLOT_MILLIS;
    long sum = 0;
    for (int i = 0; i < SLOTS; i++) {
      sum += slots[i] > newest - SLOTS && slots[i] <= newest ? values[i] : 0;
    }
    return sum;
  }

  /** Whether the rule finds what it looks for. */
  synchronized boolean breaks(AdaptiveRule rule, long now) {
    long all = sum(calls, now);
    long reported = sum(told, now);
    return switch (rule.signal()) {
      case AdaptiveRule.ERROR_RATE ->
          reported >= rule.calls() && (double) sum(failed, now) / reported > rule.above();
      case AdaptiveRule.LATENCY ->
          sum(timed, now) >= rule.calls()
              && sum(micros, now) / 1e6 / sum(timed, now) > rule.above();
      default -> all >= rule.calls() && minutes >= LEARNED && all > rule.above() * usual;
    };
  }

  /** Calls of the last minute. */
  synchronized long calls(long now) {
    return sum(calls, now);
  }

  /** Learns what is usual, once a minute. */
  synchronized void learn(long now) {
    long minute = now / Window.MINUTE.millis();
    if (minute != learnedMinute) {
      learnedMinute = minute;
      minutes = Math.min(minutes + 1, 1_000);
      double weight = Math.max(WEIGHT, 1.0 / minutes);
      usual += (sum(calls, now) - usual) * weight;
    }
  }

  /** Forgets the last minute, so that a step is judged by what comes after it. */
  synchronized void begin() {
    Arrays.fill(slots, 0);
  }

  synchronized boolean isQuietSince(long millis) {
    return lastMillis < millis;
  }
}
