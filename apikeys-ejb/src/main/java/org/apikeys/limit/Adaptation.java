package org.apikeys.limit;

/**
 * How much of its limits a key may use for now.
 *
 * @param percent of the configured limits
 * @param reason the signal of the rule that tightened them
 */
public record Adaptation(int percent, String reason) {
  /** At least one call is left of every limit. */
  WindowLimits of(WindowLimits limits) {
    return new WindowLimits(
        part(limits.second()), part(limits.minute()), part(limits.hour()), part(limits.day()));
  }

  private long part(long limit) {
    return limit == WindowLimits.NONE ? limit : of(limit);
  }

  /** At least one is left. */
  long of(long limit) {
    return Math.max(1, limit / 100 * percent + limit % 100 * percent / 100);
  }
}
