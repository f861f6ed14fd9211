package org.apikeys.limit;

/**
 * Holds tokens up to a size, and gets some in each period, evenly. It counts in parts of a token
 * (one for each millisecond of the period), so that nothing is lost to rounding. It can be
 * overdrawn: what is taken beyond its level has to come in first. It begins full.
 */
final class Bucket {
  /** Below this nothing more is owed, so that no sum overflows. */
  private static final long DEEPEST = -(1L << 60);

  private static final long FULL = Long.MAX_VALUE;

  private long level;
  private long at;

  Bucket() {
    this(FULL, 0);
  }

  Bucket(long level, long at) {
    this.level = level;
    this.at = at;
  }

  /**
   * What a bucket is like.
   *
   * @param size the most tokens that it holds
   * @param refill tokens that come in a period, evenly
   * @param periodMillis length of the period in milliseconds
   */
  record Shape(long size, long refill, long periodMillis) {
    long fullLevel() {
      return size * periodMillis;
    }

    /** Whether it holds no more than another and is refilled no faster. */
    boolean isWithin(Shape other) {
      return size <= other.size && refill * other.periodMillis <= other.refill * periodMillis;
    }
  }

  /** Whole tokens that are in it; 0 when it is overdrawn. */
  long tokens(Shape shape, long now) {
    return Math.max(0, Math.floorDiv(level(shape, now), shape.periodMillis()));
  }

  /** Whether nothing is owed. */
  boolean isOpen(Shape shape, long now) {
    return level(shape, now) > 0;
  }

  void take(Shape shape, long tokens, long now) {
    level = Math.max(DEEPEST, level(shape, now) - tokens * shape.periodMillis());
    at = Math.max(at, now);
  }

  /** Leaves no more than so many tokens in it. */
  void leave(Shape shape, long tokens, long now) {
    level = Math.min(level(shape, now), tokens * shape.periodMillis());
    at = Math.max(at, now);
  }

  /** Takes tokens that were used some milliseconds ago: what came in since has paid for some. */
  void take(Shape shape, long tokens, long ago, long now) {
    if (ago <= Math.floorDiv(tokens * shape.periodMillis(), shape.refill())) {
      take(shape, tokens, now);
      level += ago * shape.refill();
    }
  }

  /** When it will hold so many tokens, if nothing is taken. */
  long holdsAt(Shape shape, long tokens, long now) {
    long missing = tokens * shape.periodMillis() - level(shape, now);
    return missing <= 0 ? now : now + Math.floorDiv(missing + shape.refill() - 1, shape.refill());
  }

  private long level(Shape shape, long now) {
    long full = shape.fullLevel();
    if (level >= full) {
      return full;
    }
    long elapsed = Math.max(0, now - at);
    long untilFull = Math.floorDiv(full - level, shape.refill()) + 1;
    return elapsed >= untilFull ? full : Math.min(full, level + elapsed * shape.refill());
  }

  /** Moves all that was taken and came in into the past, by so many milliseconds. */
  void moveBack(long millis) {
    at -= millis;
  }

  long[] atRest() {
    return new long[] {level, at};
  }

  static Bucket of(long[] rest) {
    return new Bucket(rest[0], rest[1]);
  }
}
