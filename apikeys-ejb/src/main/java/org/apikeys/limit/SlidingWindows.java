package org.apikeys.limit;

import org.jspecify.annotations.Nullable;

/**
 * The time that has just passed, in slots of a twentieth of each window. A slot counts until all of
 * it has left the window, so that in no span of the window's length more calls pass than the limit;
 * a call counts for up to a twentieth longer.
 */
final class SlidingWindows implements CallWindows {
  static final int SLOTS = 20;

  /** The slots that touch the window: one more than fit into it. */
  private static final int KEPT = SLOTS + 1;

  private static final Window[] WINDOWS = Window.values();

  /**
   * For each window the number of its newest slot, and then its counts, newest at number % KEPT.
   */
  private final long[] state;

  private SlidingWindows(long[] state) {
    this.state = state;
  }

  static SlidingWindows of(long[] rest) {
    int length = WINDOWS.length * (KEPT + 1);
    return new SlidingWindows(rest.length == length ? rest.clone() : new long[length]);
  }

  private static long slotMillis(Window window) {
    return window.millis() / SLOTS;
  }

  private static int base(Window window) {
    return window.place() * (KEPT + 1);
  }

  /** Number of the slot that counts now; it never goes back. */
  private long newest(Window window, long now) {
    return Math.max(state[base(window)], Math.floorDiv(now, slotMillis(window)));
  }

  private long count(Window window, long slot) {
    long stored = state[base(window)];
    return slot > stored || slot <= stored - KEPT
        ? 0
        : state[base(window) + 1 + Math.floorMod(slot, KEPT)];
  }

  @Override
  public long used(GateRules rules, Window window, long now) {
    long newest = newest(window, now);
    long used = 0;
    for (long slot = newest - SLOTS; slot <= newest; slot++) {
      used += count(window, slot);
    }
    return used;
  }

  @Override
  public long left(GateRules rules, Window window, long now) {
    return Math.max(0, rules.windows().of(window) - used(rules, window, now));
  }

  @Override
  public long start(Window window, long now) {
    return (newest(window, now) - SLOTS) * slotMillis(window);
  }

  @Override
  public long moreAt(GateRules rules, Window window, long now) {
    long newest = newest(window, now);
    for (long slot = newest - SLOTS; slot <= newest; slot++) {
      if (count(window, slot) > 0) {
        return (slot + KEPT) * slotMillis(window);
      }
    }
    return now;
  }

  @Override
  public void take(GateRules rules, @Nullable Window spared, long now) {
    for (Window window : WINDOWS) {
      if (window != spared) {
        long newest = newest(window, now);
        advance(window, newest);
        state[base(window) + 1 + Math.floorMod(newest, KEPT)]++;
      }
    }
  }

  private void advance(Window window, long newest) {
    long stored = state[base(window)];
    for (long slot = Math.max(stored + 1, newest - SLOTS); slot <= newest; slot++) {
      state[base(window) + 1 + Math.floorMod(slot, KEPT)] = 0;
    }
    state[base(window)] = newest;
  }

  @Override
  public long[] atRest() {
    return state.clone();
  }
}
