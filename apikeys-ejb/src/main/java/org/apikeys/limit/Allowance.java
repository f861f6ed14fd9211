package org.apikeys.limit;

import org.jspecify.annotations.Nullable;

/**
 * How a key stands with its limits after a decision: the window nearest to its end.
 *
 * @param window the window; null for a key without limits
 * @param limit calls that it takes
 * @param remaining calls that are left in it
 * @param resetMillis when it ends, in milliseconds since 1970 UTC
 */
public record Allowance(@Nullable Window window, long limit, long remaining, long resetMillis) {
  /** A key without limits. */
  public static final Allowance UNLIMITED = new Allowance(null, 0, 0, 0);

  /** How the key stands: the limited window with the fewest calls left. */
  public static Allowance of(WindowLimits limits, Counter counter, long now) {
    Allowance nearest = UNLIMITED;
    for (Window window : Window.values()) {
      long limit = limits.of(window);
      if (limit != WindowLimits.NONE) {
        Allowance candidate = of(window, limit, counter, now);
        if (nearest.window == null || candidate.remaining < nearest.remaining) {
          nearest = candidate;
        }
      }
    }
    return nearest;
  }

  /** With its end by a clock that is ahead by so many milliseconds. */
  public Allowance shifted(long millis) {
    return millis == 0 || window == null
        ? this
        : new Allowance(window, limit, remaining, resetMillis + millis);
  }

  /** How the key stands with one window. */
  public static Allowance of(Window window, long limit, Counter counter, long now) {
    long left = Math.max(0, limit - counter.used(window, now));
    return new Allowance(window, limit, left, counter.start(window, now) + window.millis());
  }
}
