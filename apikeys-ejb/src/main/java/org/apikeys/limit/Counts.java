package org.apikeys.limit;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many calls a key has had in the newest window of each length. Windows of one length begin
 * where one of the next shorter length does: so the newest second says which the others are.
 *
 * <p>Fields of their own and not an array, and the shorter windows in 32 bits, of which a second, a
 * minute or an hour of one key can't make use: an exchanged one is garbage of every call.
 */
final class Counts {
  static final Counts NOTHING = new Counts(0, 0, 0, 0, 0);

  /** When the newest second began, in milliseconds since 1970 UTC. */
  private final long newest;

  private final int second;
  private final int minute;
  private final int hour;
  private final long day;

  private Counts(long newest, int second, int minute, int hour, long day) {
    this.newest = newest;
    this.second = second;
    this.minute = minute;
    this.hour = hour;
    this.day = day;
  }

  /**
   * Goes on from what rests, as far as it is of the newest windows. What was counted by a clock
   * that was ahead counts in the windows of now: in those that it was counted in the key would be
   * refused until they are over.
   */
  static Counts restored(Counter.Stored stored, long now) {
    long newest = Math.max(stored.minuteStart(), Math.max(stored.hourStart(), stored.dayStart()));
    return new Counts(
        Window.SECOND.startOf(Math.min(newest, now)),
        0,
        stored.minuteStart() == Window.MINUTE.startOf(newest) ? small(stored.minuteUsed()) : 0,
        stored.hourStart() == Window.HOUR.startOf(newest) ? small(stored.hourUsed()) : 0,
        stored.dayStart() == Window.DAY.startOf(newest) ? stored.dayUsed() : 0);
  }

  private static int small(long count) {
    return (int) Math.min(count, Integer.MAX_VALUE - 1);
  }

  /** With one call more. */
  Counts plusOne(long now) {
    return plus(1, 1, 1, 1, now);
  }

  /**
   * With one call more.
   *
   * @param spared windows in which it does not count
   */
  Counts plusOne(Set<Window> spared, long now) {
    return plus(
        one(Window.SECOND, spared),
        one(Window.MINUTE, spared),
        one(Window.HOUR, spared),
        one(Window.DAY, spared),
        now);
  }

  private static int one(Window window, Set<Window> spared) {
    return spared.contains(window) ? 0 : 1;
  }

  private Counts plus(int inSecond, int inMinute, int inHour, int inDay, long now) {
    boolean same = now - newest < Window.SECOND.millis();
    long start = same ? newest : Window.SECOND.startOf(now);
    return new Counts(
        start,
        (same ? second : 0) + inSecond,
        (same || isSame(Window.MINUTE, start) ? minute : 0) + inMinute,
        (same || isSame(Window.HOUR, start) ? hour : 0) + inHour,
        (same || isSame(Window.DAY, start) ? day : 0) + inDay);
  }

  /** Whether the newest window of a length is the one of an instant that is no earlier. */
  private boolean isSame(Window window, long later) {
    return later < window.endOf(newest);
  }

  /** The longest window with more calls than its limit; null when none has. */
  @Nullable Window beyond(WindowLimits limits) {
    if (day > limits.day()) {
      return Window.DAY;
    }
    if (hour > limits.hour()) {
      return Window.HOUR;
    }
    if (minute > limits.minute()) {
      return Window.MINUTE;
    }
    return second > limits.second() ? Window.SECOND : null;
  }

  /** How many calls a window has taken at an instant. */
  long used(Window window, long now) {
    if (now > newest && !isSame(window, now)) {
      return 0;
    }
    return switch (window) {
      case SECOND -> second;
      case MINUTE -> minute;
      case HOUR -> hour;
      case DAY -> day;
    };
  }

  /** When the window that counts at an instant began. */
  long start(Window window, long now) {
    return window.startOf(Math.max(newest, now));
  }

  Counter.Stored atRest(long keyId) {
    return new Counter.Stored(
        keyId,
        Window.MINUTE.startOf(newest),
        minute,
        Window.HOUR.startOf(newest),
        hour,
        Window.DAY.startOf(newest),
        day);
  }
}
