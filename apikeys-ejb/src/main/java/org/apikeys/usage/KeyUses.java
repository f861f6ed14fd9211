package org.apikeys.usage;

import jakarta.inject.Inject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apikeys.hot.Direct;
import org.apikeys.usage.KeyUse.Kind;

/**
 * Notes what keys are used for, at the speed of the hot path: what was noted within a minute is
 * passed over, the rest is written with the calls.
 */
@Direct
public class KeyUses {
  private static final long FRESH_MILLIS = 60_000;
  private static final int MOST = 1_000_000;
  private static final int MOST_ADDRESSES = 500;
  private static final int LONGEST = 100;

  private final KeyUseStore store;
  private final Clock clock;
  private final Map<Use, Long> noted = new ConcurrentHashMap<>();
  private final Map<Use, Long> unwritten = new ConcurrentHashMap<>();
  private final Map<Long, AtomicInteger> addresses = new ConcurrentHashMap<>();

  @Inject
  public KeyUses(KeyUseStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** A thing that a key uses. */
  record Use(long keyId, Kind kind, String item) {}

  /** Notes a use. */
  public void note(long keyId, Kind kind, String item) {
    note(keyId, kind, item, clock.millis());
  }

  private void note(long keyId, Kind kind, String item, long now) {
    if (item.length() > LONGEST) {
      return;
    }
    Use use = new Use(keyId, kind, item);
    Long last = noted.get(use);
    if (last != null && now - last < FRESH_MILLIS) {
      return;
    }
    if (last == null && kind == Kind.ADDRESS && !item.equals(KeyUse.MORE) && isOneTooMany(keyId)) {
      note(keyId, kind, KeyUse.MORE, now);
      return;
    }
    if (noted.size() < MOST) {
      noted.put(use, now);
    }
    unwritten.put(use, now);
  }

  private boolean isOneTooMany(long keyId) {
    AtomicInteger known = addresses.computeIfAbsent(keyId, id -> new AtomicInteger());
    return known.get() >= MOST_ADDRESSES || known.incrementAndGet() > MOST_ADDRESSES;
  }

  /** Writes what was noted; what can't be written is kept for the next time. */
  public void flush() {
    List<Map.Entry<Use, Long>> taken = new ArrayList<>();
    unwritten.forEach(
        (use, at) -> {
          if (unwritten.remove(use, at)) {
            taken.add(Map.entry(use, at));
          }
        });
    if (taken.isEmpty()) {
      return;
    }
    try {
      store.write(taken);
    } catch (RuntimeException e) {
      taken.forEach(use -> unwritten.putIfAbsent(use.getKey(), use.getValue()));
      throw e;
    }
  }

  /** Forgets what was noted long ago: it is in the store. */
  public void prune() {
    long now = clock.millis();
    noted.values().removeIf(at -> now - at > 60 * FRESH_MILLIS);
    if (noted.isEmpty()) {
      addresses.clear();
    }
  }
}
