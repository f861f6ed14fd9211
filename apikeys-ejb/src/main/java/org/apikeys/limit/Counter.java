package org.apikeys.limit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls of one key in all windows at once, exactly and without a lock: the counts are
 * one immutable value that is exchanged by compare-and-set, so a call that one window refuses takes
 * nothing from any other. Time never goes back: after the clock was set back, calls count in the
 * newest window that was seen.
 *
 * <p>There is one for each key that a node knows, so that every byte of it counts.
 */
public final class Counter {
  private static final int MINUTE_MILLIS = 60_000;
  private static final VarHandle COUNTS;

  static {
    try {
      COUNTS = MethodHandles.lookup().findVarHandle(Counter.class, "counts", Counts.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile Counts counts;
  private final @Nullable Leased leased;
  private volatile @Nullable Tightened tightened;
  private volatile int seenMinute;
  private volatile boolean dirty;

  Counter() {
    this(Counts.NOTHING, null);
  }

  private Counter(Counts counts, @Nullable Leased leased) {
    this.counts = counts;
    this.leased = leased;
  }

  /** A counter of what this node holds of limits that it shares with others. */
  static Counter shared(Leased.Lender lender) {
    return new Counter(Counts.NOTHING, new Leased(lender));
  }

  /**
   * A counter that goes on from stored counts of the minute, the hour and the day.
   *
   * @param now milliseconds since 1970 UTC; nothing was counted later
   */
  static Counter restored(Stored stored, long now) {
    return new Counter(Counts.restored(stored, now), null);
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

  /**
   * What tightens the limits.
   *
   * @param own what the rules of adaptive limits have come to
   * @param imposed what an alert has led to
   */
  private record Tightened(@Nullable Adaptation own, @Nullable Adaptation imposed) {
    @Nullable Adaptation lower() {
      if (own == null || imposed == null) {
        return own == null ? imposed : own;
      }
      return own.percent() < imposed.percent() ? own : imposed;
    }
  }

  /** How much of its limits counts for now; null for the whole. */
  public @Nullable Adaptation adaptation() {
    Tightened now = tightened;
    return now == null ? null : now.lower();
  }

  /**
   * How much of its limits counts as soon as the key is looked at anew; null for the whole.
   *
   * @param imposed percent that an alert lets count, as the key at rest has it; null for the whole
   */
  public @Nullable Adaptation adaptationUnder(@Nullable Integer imposed) {
    return new Tightened(ownAdaptation(), byAlert(imposed)).lower();
  }

  private static @Nullable Adaptation byAlert(@Nullable Integer percent) {
    return percent == null ? null : new Adaptation(percent, "alert");
  }

  /** What the rules of adaptive limits have come to. */
  @Nullable Adaptation ownAdaptation() {
    Tightened now = tightened;
    return now == null ? null : now.own();
  }

  /** Lets only a part of the limits count, whatever else tightens them; null for the whole. */
  public synchronized void throttle(@Nullable Integer percent) {
    tighten(ownAdaptation(), byAlert(percent));
  }

  synchronized void adapt(@Nullable Adaptation now) {
    Tightened before = tightened;
    tighten(now, before == null ? null : before.imposed());
  }

  private void tighten(@Nullable Adaptation own, @Nullable Adaptation imposed) {
    tightened = own == null && imposed == null ? null : new Tightened(own, imposed);
  }

  /** The limits that count for now. */
  public WindowLimits adapted(WindowLimits limits) {
    return limits.under(adaptation());
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
      if (refused == null) {
        seen(now);
      }
      return refused;
    }
    while (true) {
      Counts before = counts;
      Counts after = before.plusOne(now);
      Window refusing = after.beyond(limits);
      if (refusing != null) {
        return refusing;
      }
      if (COUNTS.compareAndSet(this, before, after)) {
        seen(now);
        dirty = true;
        return null;
      }
    }
  }

  /**
   * Counts a call that was decided about elsewhere, whatever the limits say: in those windows that
   * it was made in, and not in later ones.
   *
   * @param ago how long ago it was made, in milliseconds
   */
  public void count(long ago, long now) {
    count(new FixedWindows(this).begunSince(ago, now), now);
  }

  /**
   * Counts a call whatever the limits say.
   *
   * @param spared windows in which it does not count
   */
  void count(Set<Window> spared, long now) {
    seen(now);
    if (leased != null) {
      leased.count(spared, now);
      return;
    }
    Counts before;
    do {
      before = counts;
    } while (!COUNTS.compareAndSet(this, before, before.plusOne(spared, now)));
    dirty = true;
  }

  /**
   * Somebody has it in hands: it stays. To the minute, so that a key that is called all the time
   * does not write it all the time.
   */
  public void seen(long now) {
    int minute = (int) (now / MINUTE_MILLIS);
    if (minute != seenMinute) {
      seenMinute = minute;
    }
  }

  /** How many calls a window has taken at an instant. */
  public long used(Window window, long now) {
    return leased == null ? counts.used(window, now) : leased.used(window, now);
  }

  /** When the window that counts at an instant began, in milliseconds since 1970 UTC. */
  public long start(Window window, long now) {
    return leased == null ? counts.start(window, now) : leased.start(window, now);
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

  /** The counts to be stored, when they have changed since the last time. */
  @Nullable Stored takeChanged(long keyId) {
    if (!dirty) {
      return null;
    }
    dirty = false;
    return counts.atRest(keyId);
  }

  /** They could not be stored: the next time again. */
  void keepChanged() {
    dirty = true;
  }

  boolean isIdleSince(long millis) {
    return !dirty && tightened == null && seenMinute < millis / MINUTE_MILLIS;
  }
}
