package org.apikeys.limit;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A bucket for each limited window, refilled evenly with the window's limit. The shortest holds no
 * more than a burst, when one is set.
 */
final class BucketWindows implements CallWindows {
  private static final Window[] WINDOWS = Window.values();

  private final Bucket[] buckets;

  private BucketWindows(Bucket[] buckets) {
    this.buckets = buckets;
  }

  static BucketWindows of(long[] rest) {
    Bucket[] buckets = new Bucket[WINDOWS.length];
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] =
          rest.length == 2 * buckets.length
              ? new Bucket(rest[2 * i], rest[2 * i + 1])
              : new Bucket();
    }
    return new BucketWindows(buckets);
  }

  private Bucket bucket(Window window) {
    return buckets[window.place()];
  }

  private static boolean isLimited(GateRules rules, Window window) {
    return rules.windows().of(window) != WindowLimits.NONE;
  }

  @Override
  public long left(GateRules rules, Window window, long now) {
    return isLimited(rules, window)
        ? bucket(window).tokens(rules.bucket(window), now)
        : WindowLimits.NONE;
  }

  @Override
  public long used(GateRules rules, Window window, long now) {
    return isLimited(rules, window) ? rules.bucket(window).size() - left(rules, window, now) : 0;
  }

  @Override
  public long start(Window window, long now) {
    return now - window.millis();
  }

  @Override
  public long moreAt(GateRules rules, Window window, long now) {
    Bucket.Shape shape = rules.bucket(window);
    long left = left(rules, window, now);
    return left == 0
        ? bucket(window).holdsAt(shape, 1, now)
        : bucket(window).holdsAt(shape, shape.size(), now);
  }

  @Override
  public void take(GateRules rules, @Nullable Window spared, long ago, long now) {
    Set<Window> begun = begunSince(ago, now);
    for (Window window : WINDOWS) {
      if (window != spared && !begun.contains(window) && isLimited(rules, window)) {
        bucket(window).take(rules.bucket(window), 1, now);
      }
    }
  }

  @Override
  public void countAtLeast(GateRules rules, Window window, long calls, long now) {
    if (isLimited(rules, window)) {
      Bucket.Shape shape = rules.bucket(window);
      bucket(window).leave(shape, Math.max(0, shape.size() - calls), now);
    }
  }

  @Override
  public void moveBack(long millis) {
    for (Bucket bucket : buckets) {
      bucket.moveBack(millis);
    }
  }

  @Override
  public long[] atRest() {
    long[] rest = new long[2 * buckets.length];
    for (int i = 0; i < buckets.length; i++) {
      System.arraycopy(buckets[i].atRest(), 0, rest, 2 * i, 2);
    }
    return rest;
  }
}
