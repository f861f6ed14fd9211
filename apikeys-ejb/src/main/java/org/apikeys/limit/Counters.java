package org.apikeys.limit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The counters of this node. They are written to the store every second, and read from it when a
 * key is first used after a start, so that a restart gives nobody a fresh day.
 */
@ApplicationScoped
public class Counters {
  /**
   * Longer than a key's snapshot is kept unused, so that nobody holds a counter that was dropped.
   */
  private static final Duration KEPT_UNUSED = Duration.ofMinutes(30);

  private final Map<Long, Counter> counters = new ConcurrentHashMap<>();
  private final StoredCounters stored;
  private final Gates gates;
  private final Clock clock;

  @Inject
  public Counters(StoredCounters stored, Gates gates, Clock clock) {
    this.stored = stored;
    this.gates = gates;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected Counters() {
    stored = null;
    gates = null;
    clock = null;
  }

  /** The counter of a key; restored from the store when this node does not have it. */
  public Counter of(long keyId) {
    Counter known = counters.get(keyId);
    if (known != null) {
      return known;
    }
    Counter restored = stored.find(keyId).map(Counter::restored).orElseGet(Counter::new);
    Counter raced = counters.putIfAbsent(keyId, restored);
    return raced == null ? restored : raced;
  }

  /** The gate of a key that has more limits than plain windows; null for any other key. */
  public @Nullable Gate gate(long keyId, @Nullable GateRules rules) {
    return rules == null ? null : new Gate(keyId, rules, of(keyId), gates);
  }

  /** Writes what has changed. */
  public synchronized void flush() {
    gates.flush();
    List<Counter.Stored> changed = new ArrayList<>();
    counters.forEach(
        (keyId, counter) -> {
          Counter.Stored now = counter.takeChanged(keyId);
          if (now != null) {
            changed.add(now);
          }
        });
    if (!changed.isEmpty()) {
      try {
        stored.write(changed);
      } catch (RuntimeException e) {
        changed.forEach(one -> of(one.keyId()).keepChanged());
        throw e;
      }
    }
  }

  /** Drops counters that nobody has used for long. */
  public void prune() {
    gates.prune();
    long since = clock.millis() - KEPT_UNUSED.toMillis();
    counters.values().removeIf(counter -> counter.isIdleSince(since));
  }
}
