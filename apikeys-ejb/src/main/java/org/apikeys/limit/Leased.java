package org.apikeys.limit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.apikeys.limit.SharedCounts.Share;
import org.apikeys.limit.SharedCounts.Wish;
import org.jspecify.annotations.Nullable;

/**
 * The part of a key's limits that this node holds. A call that the part covers costs no more than a
 * count in memory. When half of a part is used, one caller asks for the next while the others go
 * on; only when nothing is left do calls wait for it.
 */
final class Leased {
  private static final Window[] WINDOWS = Window.values();
  private static final int USED = WINDOWS.length;
  private static final int LEASED = 2 * WINDOWS.length;
  private static final int TOTAL = 3 * WINDOWS.length;
  private static final int MOST_TRIES = 20;

  /** Where parts come from. */
  interface Lender {
    List<Share> lend(List<Wish> wishes, long now);

    List<Share> look(long now);

    void giveBack(Window window, long start, long unused);

    int nodes();
  }

  /** Starts, used, lent to this node, and used by or lent to anybody: four of each. */
  private final AtomicReference<long[]> state = new AtomicReference<>(new long[4 * WINDOWS.length]);

  private final ReentrantLock asking = new ReentrantLock();
  private final Lender lender;

  Leased(Lender lender) {
    this.lender = lender;
  }

  private long[] current() {
    return Objects.requireNonNull(state.get());
  }

  private static long[] advanced(long[] before, long now) {
    long[] after = before.clone();
    for (int i = 0; i < WINDOWS.length; i++) {
      long start = WINDOWS[i].startOf(now);
      if (start > before[i]) {
        begin(after, i, start);
      }
    }
    return after;
  }

  private static void begin(long[] windows, int i, long start) {
    windows[i] = start;
    windows[USED + i] = 0;
    windows[LEASED + i] = 0;
    windows[TOTAL + i] = 0;
  }

  /** Takes one call from every window, or from none; the window that refused. */
  @Nullable Window tryTake(WindowLimits limits, long now) {
    for (int i = 0; i < MOST_TRIES; i++) {
      long[] before = current();
      long[] after = advanced(before, now);
      if (isShort(after, limits)) {
        Window refusing = refusing(after, limits);
        if (refusing != null) {
          return refusing;
        }
        ask(limits, now);
      } else {
        for (int w = 0; w < WINDOWS.length; w++) {
          after[USED + w]++;
        }
        if (state.compareAndSet(before, after)) {
          if (!wishes(after, limits).isEmpty()) {
            askUnlessAsked(limits, now);
          }
          return null;
        }
        i--;
      }
    }
    // others took what was lent as often as it came; nothing was promised to this call
    return shortest(limits);
  }

  private static @Nullable Window shortest(WindowLimits limits) {
    return limits.limited().isEmpty() ? null : limits.limited().get(0);
  }

  /** Whether some window has nothing left of what was lent. */
  private static boolean isShort(long[] windows, WindowLimits limits) {
    for (int i = 0; i < WINDOWS.length; i++) {
      if (limits.of(WINDOWS[i]) != WindowLimits.NONE && windows[USED + i] >= windows[LEASED + i]) {
        return true;
      }
    }
    return false;
  }

  /** The window of which nothing is left, neither here nor to be lent. */
  private static @Nullable Window refusing(long[] windows, WindowLimits limits) {
    Window refusing = null;
    for (int i = 0; i < WINDOWS.length; i++) {
      long limit = limits.of(WINDOWS[i]);
      if (limit != WindowLimits.NONE
          && windows[USED + i] >= windows[LEASED + i]
          && windows[TOTAL + i] >= limit) {
        refusing = WINDOWS[i];
      }
    }
    return refusing;
  }

  /** The windows of which half a part is used, and of which there is more. */
  private List<Wish> wishes(long[] windows, WindowLimits limits) {
    List<Wish> wishes = new ArrayList<>();
    for (int i = 0; i < WINDOWS.length; i++) {
      long limit = limits.of(WINDOWS[i]);
      if (limit != WindowLimits.NONE && windows[TOTAL + i] < limit) {
        long left = windows[LEASED + i] - windows[USED + i];
        if (left <= SharedCounts.part(limit, lender.nodes()) / 2) {
          wishes.add(
              new Wish(WINDOWS[i], limit, Math.max(0, left), windows[i], Math.max(0, -left)));
        }
      }
    }
    return wishes;
  }

  private void askUnlessAsked(WindowLimits limits, long now) {
    // of a part of one call nobody needs the next before it is asked for
    if (isWorthAskingAhead(limits) && asking.tryLock()) {
      try {
        askOnce(limits, now);
      } finally {
        asking.unlock();
      }
    }
  }

  private boolean isWorthAskingAhead(WindowLimits limits) {
    return limits.limited().stream()
        .anyMatch(window -> SharedCounts.part(limits.of(window), lender.nodes()) > 1);
  }

  private void ask(WindowLimits limits, long now) {
    asking.lock();
    try {
      long[] windows = advanced(current(), now);
      if (isShort(windows, limits) && refusing(windows, limits) == null) {
        askOnce(limits, now);
      }
    } finally {
      asking.unlock();
    }
  }

  private void askOnce(WindowLimits limits, long now) {
    List<Wish> wishes = wishes(advanced(current(), now), limits);
    if (!wishes.isEmpty()) {
      keep(lender.lend(wishes, now));
    }
  }

  private void keep(List<Share> shares) {
    long[] before;
    long[] after;
    do {
      before = current();
      after = before.clone();
      for (Share share : shares) {
        int i = share.window().place();
        if (share.start() > after[i]) {
          begin(after, i, share.start());
        }
        if (share.start() == after[i]) {
          after[LEASED + i] += share.given();
          after[TOTAL + i] = share.total();
        }
      }
    } while (!state.compareAndSet(before, after));
  }

  /** Sees to it that there is something to take from, without taking it. */
  void prepare(WindowLimits limits, long now) {
    if (isShort(advanced(current(), now), limits)) {
      ask(limits, now);
    }
  }

  /** Whether a window takes a call now. */
  boolean hasLeft(Window window, long now) {
    long[] windows = advanced(current(), now);
    int i = window.place();
    return windows[USED + i] < windows[LEASED + i];
  }

  /** Counts a call that was decided about elsewhere; what was not lent for it is a debt. */
  void count(Set<Window> spared, long now) {
    long[] before;
    long[] after;
    do {
      before = current();
      after = advanced(before, now);
      for (int i = 0; i < WINDOWS.length; i++) {
        after[USED + i] += spared.contains(WINDOWS[i]) ? 0 : 1;
      }
    } while (!state.compareAndSet(before, after));
  }

  /** Calls that all nodes have let through, as far as this one has been told. */
  long used(Window window, long now) {
    long[] windows = advanced(current(), now);
    int i = window.place();
    return windows[TOTAL + i] - windows[LEASED + i] + windows[USED + i];
  }

  long start(Window window, long now) {
    return advanced(current(), now)[window.place()];
  }

  /** Asks how the windows stand with all nodes. */
  void refresh(long now) {
    keep(lender.look(now));
  }

  /** Gives back what was lent and not used. */
  void giveBack() {
    long[] before;
    long[] after;
    do {
      before = current();
      after = before.clone();
      for (int i = 0; i < WINDOWS.length; i++) {
        after[LEASED + i] = Math.min(before[LEASED + i], before[USED + i]);
      }
    } while (!state.compareAndSet(before, after));
    for (int i = 0; i < WINDOWS.length; i++) {
      long unused = before[LEASED + i] - after[LEASED + i];
      if (unused > 0) {
        lender.giveBack(WINDOWS[i], before[i], unused);
      }
    }
  }

  /** Whether it holds anything that is not used. */
  boolean holds() {
    long[] windows = current();
    for (int i = 0; i < WINDOWS.length; i++) {
      if (windows[LEASED + i] > windows[USED + i]) {
        return true;
      }
    }
    return false;
  }
}
