package org.apikeys.limit;

import java.util.Arrays;
import java.util.Set;
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

  /** All that is kept of the windows once. */
  private static final int LENGTH = WINDOWS.length * (KEPT + 1);

  /**
   * For each window the number of its newest slot, and then its counts, newest at number % KEPT;
   * after all of them once more the same of the calls that a burst let through.
   */
  private final long[] state;

  private SlidingWindows(long[] state) {
    this.state = state;
  }

  static SlidingWindows of(long[] rest) {
    boolean known = rest.length == LENGTH || rest.length == 2 * LENGTH;
    return new SlidingWindows(known ? Arrays.copyOf(rest, 2 * LENGTH) : new long[2 * LENGTH]);
  }

  private static long slotMillis(Window window) {
    return window.millis() / SLOTS;
  }

  private static int base(Window window) {
    return window.place() * (KEPT + 1);
  }

  private static int burstBase(Window window) {
    return LENGTH + base(window);
  }

  /** Number of the slot that counts now; it never goes back. */
  private long newest(Window window, long now) {
    long seen = Math.max(state[base(window)], state[burstBase(window)]);
    return Math.max(seen, Math.floorDiv(now, slotMillis(window)));
  }

  private long count(int base, long slot) {
    long stored = state[base];
    return slot > stored || slot <= stored - KEPT ? 0 : state[base + 1 + Math.floorMod(slot, KEPT)];
  }

  private long sum(int base, long newest) {
    long sum = 0;
    for (long slot = newest - SLOTS; slot <= newest; slot++) {
      sum += count(base, slot);
    }
    return sum;
  }

  @Override
  public long used(GateRules rules, Window window, long now) {
    long newest = newest(window, now);
    return sum(base(window), newest) + sum(burstBase(window), newest);
  }

  @Override
  public long left(GateRules rules, Window window, long now) {
    return Math.max(0, rules.windows().of(window) - sum(base(window), newest(window, now)));
  }

  @Override
  public long start(Window window, long now) {
    return (newest(window, now) - SLOTS) * slotMillis(window);
  }

  @Override
  public long moreAt(GateRules rules, Window window, long now) {
    long newest = newest(window, now);
    for (long slot = newest - SLOTS; slot <= newest; slot++) {
      if (count(base(window), slot) > 0) {
        return (slot + KEPT) * slotMillis(window);
      }
    }
    return now;
  }

  @Override
  public void take(GateRules rules, @Nullable Window spared, long ago, long now) {
    Set<Window> begun = begunSince(ago, now);
    for (Window window : WINDOWS) {
      if (!begun.contains(window)) {
        add(window, window == spared ? burstBase(window) : base(window), 1, now);
      }
    }
  }

  @Override
  public void countAtLeast(GateRules rules, Window window, long calls, long now) {
    long more = calls - used(rules, window, now);
    if (more > 0) {
      // nobody knows when they were made: as if just now
      add(window, base(window), more, now);
    }
  }

  private void add(Window window, int base, long calls, long now) {
    long newest = newest(window, now);
    advance(base, newest);
    state[base + 1 + Math.floorMod(newest, KEPT)] += calls;
  }

  private void advance(int base, long newest) {
    long stored = state[base];
    for (long slot = Math.max(stored + 1, newest - SLOTS); slot <= newest; slot++) {
      state[base + 1 + Math.floorMod(slot, KEPT)] = 0;
    }
    state[base] = newest;
  }

  @Override
  public void moveBack(long millis) {
    for (Window window : WINDOWS) {
      moveBack(base(window), millis / slotMillis(window));
      moveBack(burstBase(window), millis / slotMillis(window));
    }
  }

  private void moveBack(int base, long slots) {
    long[] counts = new long[KEPT];
    for (int i = 0; i < KEPT; i++) {
      counts[Math.floorMod(i - slots, KEPT)] = state[base + 1 + i];
    }
    System.arraycopy(counts, 0, state, base + 1, KEPT);
    state[base] -= slots;
  }

  @Override
  public long[] atRest() {
    for (int i = LENGTH; i < state.length; i++) {
      if (state[i] != 0) {
        return state.clone();
      }
    }
    return Arrays.copyOf(state, LENGTH);
  }
}
