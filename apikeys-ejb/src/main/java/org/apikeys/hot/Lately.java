package org.apikeys.hot;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Knows what was seen lately. Each thing has one slot by its hash, and the latest one has the slot:
 * so it never grows and needs no lock, and what was pushed out is new when it comes again.
 *
 * @param <T> what is seen; immutable, with {@code equals} and {@code hashCode}
 */
public final class Lately<T> {
  private record Seen<T>(T what, long at) {}

  private final AtomicReferenceArray<@Nullable Seen<T>> slots;
  private final long millis;

  /**
   * Knows nothing yet.
   *
   * @param things about how many there are at once; there are at least as many slots
   * @param lately how long a thing is known after it was new
   */
  public Lately(int things, Duration lately) {
    slots = new AtomicReferenceArray<>(Integer.highestOneBit(Math.max(1, things)) << 1);
    millis = lately.toMillis();
  }

  /**
   * Whether this was not seen lately; from now on it was.
   *
   * @param now milliseconds since 1970 UTC
   */
  public boolean isNew(T what, long now) {
    int slot = Memo.slot(what.hashCode(), slots.length());
    Seen<T> known = slots.getAcquire(slot);
    if (known != null && known.what.equals(what) && Math.abs(now - known.at) < millis) {
      return false;
    }
    slots.setRelease(slot, new Seen<>(what, now));
    return true;
  }
}
