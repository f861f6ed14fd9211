package org.apikeys.limit;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls of one key in all windows at once, exactly and without a lock: the counts are
 * one immutable value that is exchanged by compare-and-set, so a call that one window refuses takes
 * nothing from any other. Time never goes back: after the clock was set back, calls count in the
 * newest window that was seen.
 */
public final class Counter {
  private static final Window[] WINDOWS = Window.values();

  /** Window starts in the first half, counts in the second. */
  private final AtomicReference<long[]> state;

  private final @Nullable Leased leased;
  private volatile @Nullable Adaptation adaptation;
  private volatile @Nullable Adaptation throttle;
  private volatile long lastCallMillis;
  private volatile boolean dirty;

  Counter() {
    this(new long[2 * WINDOWS.length], null);
  }

  private Counter(long[] state, @Nullable Leased leased) {
    this.state = new AtomicReference<>(state);
    this.leased = leased;
  }

  /** A counter of what this node holds of limits that it shares with others. */
  static Counter shared(Leased.Lender lender) {
    return new Counter(new long[2 * WINDOWS.length], new Leased(lender));
  }

  /** A counter that goes on from stored counts of the minute, the hour and the day. */
  static Counter restored(Stored stored) {
    return new Counter(
        new long[] {
          stored.minuteStart(),
          stored.minuteStart(),
          stored.hourStart(),
          stored.dayStart(),
          0,
          stored.minuteUsed(),
          stored.hourUsed(),
          stored.dayUsed()
        },
        null);
  }

  /** Counts as they rest; a second is too short to be worth it. */
  public record Stored(
      long keyId,
      long minuteStart,
      long minuteUsed,
      long hourStart,
      long hourUsed,
      long dayStart,
      long dayUsed) {}

  /** How much of its limits counts for now; null for the whole. */
  public @Nullable Adaptation adaptation() {
    Adaptation own = adaptation;
    Adaptation imposed = throttle;
    if (own == null || imposed == null) {
      return own == null ? imposed : own;
    }
    return own.percent() < imposed.percent() ? own : imposed;
  }

  /** What the rules of adaptive limits have come to. */
  @Nullable Adaptation ownAdaptation() {
    return adaptation;
  }

  /** Lets only a part of the limits count, whatever else tightens them; null for the whole. */
  public void throttle(@Nullable Integer percent) {
    throttle = percent == null ? null : new Adaptation(percent, "alert");
  }

  void adapt(@Nullable Adaptation now) {
    adaptation = now;
  }

  /** The limits that count for now. */
  public WindowLimits adapted(WindowLimits limits) {
    Adaptation now = adaptation();
    return now == null ? limits : now.of(limits);
  }

  /**
   * Takes one call from every window, or from none.
   *
   * @param limits what the windows take
   * @param now milliseconds since 1970 UTC
   * @return the window that refused, or null when the call was taken
   */
  public @Nullable Window tryTake(WindowLimits limits, long now) {
    if (leased != null) {
      Window refused = leased.tryTake(limits, now);
      lastCallMillis = refused == null ? now : lastCallMillis;
      return refused;
    }
    while (true) {
      long[] before = current();
      long[] after = advanced(before, now);
      Window refusing = null;
      for (int i = 0; i < WINDOWS.length; i++) {
        if (++after[WINDOWS.length + i] > limits.of(WINDOWS[i])) {
          refusing = WINDOWS[i];
        }
      }
      if (refusing != null) {
        return refusing;
      }
      if (state.compareAndSet(before, after)) {
        lastCallMillis = now;
        dirty = true;
        return null;
      }
    }
  }

  /**
   * Counts a call that was decided about elsewhere, whatever the limits say.
   *
   * @param spared a window in which it does not count; null for none
   */
  public void count(@Nullable Window spared, long now) {
    lastCallMillis = now;
    if (leased != null) {
      leased.count(spared, now);
      return;
    }
    long[] before;
    long[] after;
    do {
      before = current();
      after = advanced(before, now);
      for (int i = 0; i < WINDOWS.length; i++) {
        after[WINDOWS.length + i] += WINDOWS[i] == spared ? 0 : 1;
      }
    } while (!state.compareAndSet(before, after));
    dirty = true;
  }

  /** How many calls a window has taken at an instant. */
  public long used(Window window, long now) {
    if (leased != null) {
      return leased.used(window, now);
    }
    long[] counts = current();
    return window.startOf(now) > counts[window.place()]
        ? 0
        : counts[WINDOWS.length + window.place()];
  }

  /** When the window that counts at an instant began, in milliseconds since 1970 UTC. */
  public long start(Window window, long now) {
    return leased == null
        ? Math.max(current()[window.place()], window.startOf(now))
        : leased.start(window, now);
  }

  /** Calls that a window takes now; asks other nodes for them when it has to. */
  long left(WindowLimits limits, Window window, long now) {
    if (leased != null) {
      leased.prepare(limits, now);
      if (!leased.hasLeft(window, now)) {
        return 0;
      }
    }
    return Math.max(leased == null ? 0 : 1, limits.of(window) - used(window, now));
  }

  /** Knows how all nodes together stand now. */
  void refresh(long now) {
    if (leased != null) {
      leased.refresh(now);
    }
  }

  /** Gives back what other nodes could use. */
  void giveBack() {
    if (leased != null) {
      leased.giveBack();
    }
  }

  /** Whether it holds a part of a shared limit that is not used. */
  boolean holdsPart() {
    return leased != null && leased.holds();
  }

  private long[] current() {
    return Objects.requireNonNull(state.get());
  }

  private static long[] advanced(long[] before, long now) {
    long[] after = before.clone();
    for (int i = 0; i < WINDOWS.length; i++) {
      long start = WINDOWS[i].startOf(now);
      if (start > before[i]) {
        after[i] = start;
        after[WINDOWS.length + i] = 0;
      }
    }
    return after;
  }

  /** The counts to be stored, when they have changed since the last time. */
  @Nullable Stored takeChanged(long keyId) {
    if (!dirty) {
      return null;
    }
    dirty = false;
    long[] now = current();
    return new Stored(keyId, now[1], now[5], now[2], now[6], now[3], now[7]);
  }

  /** They could not be stored: the next time again. */
  void keepChanged() {
    dirty = true;
  }

  boolean isIdleSince(long millis) {
    return !dirty && adaptation() == null && lastCallMillis < millis;
  }
}
