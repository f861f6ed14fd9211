package org.apikeys.usage;

import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apikeys.api.permission.ResourcePattern;
import org.apikeys.api.permission.ScopeExpression;
import org.apikeys.hot.Direct;
import org.apikeys.hot.Lately;
import org.apikeys.setting.Settings;
import org.apikeys.usage.KeyUse.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Notes what keys are used for, at the speed of the hot path: what was noted within ten minutes is
 * passed over, the rest is written with the calls. So many uses are noted at once and no more; one
 * beyond them is noted when it comes again some minutes later.
 *
 * <p>A call uses several things, which rest far from each other in memory; so what was noted lately
 * is known by the whole call first, by one look.
 */
@Direct
public class KeyUses {
  /** Twice that at most is not told; advice thinks in days, and who watches keys in hours. */
  private static final Duration FRESH = Duration.ofMinutes(10);

  private static final long FRESH_MILLIS = FRESH.toMillis();

  private static final int MOST = 1_000_000;
  private static final int LONGEST = 100;

  private final KeyUseStore store;
  private final Clock clock;
  private final Lately<CallUse> calls;
  private final Map<Use, Long> noted = new ConcurrentHashMap<>();
  private final Map<Use, Long> unwritten = new ConcurrentHashMap<>();

  @Inject
  public KeyUses(KeyUseStore store, Settings settings, Clock clock) {
    this.store = store;
    this.clock = clock;
    // keys are called in more ways than one
    calls = new Lately<>(2 * settings.cachedKeys(), FRESH);
  }

  /**
   * All that a call says of what its key is used for.
   *
   * @param needed the scopes that it needed, as they are remembered: two that are not the same
   *     object are two
   */
  public record CallUse(
      long keyId,
      @Nullable ScopeExpression needed,
      @Nullable ResourcePattern resource,
      @Nullable String ip,
      @Nullable String method) {}

  /** A thing that a key uses. */
  record Use(long keyId, Kind kind, String item) {}

  /** Whether a call has to be noted: none that used the same was, within ten minutes. */
  public boolean isNew(CallUse call) {
    return calls.isNew(call, clock.millis());
  }

  /** Notes a use; what differs only in blanks at its end is the same to the embedded store. */
  public void note(long keyId, Kind kind, String item) {
    String text = item.stripTrailing();
    if (text.isEmpty() || text.length() > LONGEST) {
      return;
    }
    long now = clock.millis();
    Use use = new Use(keyId, kind, text);
    Long last = noted.get(use);
    // a clock that was set back hides nothing for longer
    if (last == null ? isFull() : Math.abs(now - last) < FRESH_MILLIS) {
      return;
    }
    noted.put(use, now);
    unwritten.put(use, now);
  }

  private boolean isFull() {
    return noted.size() >= MOST || unwritten.size() >= MOST;
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

  /** Forgets what would be noted again if it came. */
  public void prune() {
    long now = clock.millis();
    noted.values().removeIf(at -> now - at >= FRESH_MILLIS);
  }
}
