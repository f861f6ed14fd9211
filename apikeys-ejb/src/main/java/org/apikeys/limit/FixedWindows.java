package org.apikeys.limit;

import org.jspecify.annotations.Nullable;

/** Windows aligned to the clock: the key's {@link Counter}, which a key without more has alone. */
record FixedWindows(Counter counter) implements CallWindows {

  @Override
  public long left(GateRules rules, Window window, long now) {
    return counter.left(rules.windows(), window, now);
  }

  @Override
  public long used(GateRules rules, Window window, long now) {
    return counter.used(window, now);
  }

  @Override
  public long start(Window window, long now) {
    return counter.start(window, now);
  }

  @Override
  public long moreAt(GateRules rules, Window window, long now) {
    return counter.start(window, now) + window.millis();
  }

  @Override
  public void take(GateRules rules, @Nullable Window spared, long ago, long now) {
    // a window of the clock that is full stays so until it ends, however many more it counts
    counter.count(ago, now);
  }

  @Override
  public void countAtLeast(GateRules rules, Window window, long calls, long now) {
    // the counter counts whatever the algorithm is
  }

  @Override
  public void moveBack(long millis) {
    // the counter does so by itself
  }

  @Override
  public long[] atRest() {
    return new long[0];
  }
}
