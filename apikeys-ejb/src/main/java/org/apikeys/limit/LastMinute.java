package org.apikeys.limit;

import java.util.Arrays;

/** A sum over the last minute, in slots of five seconds. */
final class LastMinute {
  static final long SLOT_MILLIS = 5_000;
  private static final int SLOTS = 12;

  private final long[] slots = new long[SLOTS];

  /** The number of the newest slot that was added to, in slots since 1970 UTC. */
  private long newest;

  void add(long more, long now) {
    long slot = now / SLOT_MILLIS;
    if (slot - newest >= SLOTS) {
      clear();
      newest = slot;
    }
    while (newest < slot) {
      newest++;
      slots[(int) (newest % SLOTS)] = 0;
    }
    if (slot > newest - SLOTS) {
      slots[(int) (slot % SLOTS)] += more;
    }
  }

  long sum(long now) {
    long present = now / SLOT_MILLIS;
    long sum = 0;
    for (long slot = Math.max(0, newest - SLOTS + 1); slot <= newest; slot++) {
      sum += slot > present - SLOTS && slot <= present ? slots[(int) (slot % SLOTS)] : 0;
    }
    return sum;
  }

  void clear() {
    Arrays.fill(slots, 0);
  }
}
