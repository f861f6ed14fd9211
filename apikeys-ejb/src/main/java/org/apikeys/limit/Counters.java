package org.apikeys.limit;

import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apikeys.cluster.Cluster;
import org.apikeys.hot.Direct;
import org.jspecify.annotations.Nullable;

/**
 * The counters of this node. They are written to the store every second, and read from it when a
 * key is first used after a start, so that a restart gives nobody a fresh day.
 */
@Direct
public class Counters {
  /**
   * Longer than a key's snapshot is kept unused, so that nobody holds a counter that was dropped.
   */
  private static final Duration KEPT_UNUSED = Duration.ofMinutes(30);

  private final Map<Long, Counter> counters = new ConcurrentHashMap<>();
  private final StoredCounters stored;
  private final SharedCounts shared;
  private final Cluster cluster;
  private final Gates gates;
  private final SteadyTime time;
  private final LongAdder asked = new LongAdder();

  @Inject
  public Counters(
      StoredCounters stored, SharedCounts shared, Cluster cluster, Gates gates, SteadyTime time) {
    this.stored = stored;
    this.shared = shared;
    this.cluster = cluster;
    this.gates = gates;
    this.time = time;
  }

  /** The counter of a key; restored from the store when this node does not have it. */
  public Counter of(long keyId) {
    Counter known = counters.get(keyId);
    if (known != null) {
      return known;
    }
    return cluster.isShared() ? of(keyId, null) : of(keyId, stored.find(keyId).orElse(null));
  }

  /**
   * The counter of a key, for somebody who goes on holding it.
   *
   * @param atRest what the store has of it, for the case that this node does not have it; null when
   *     that is nothing
   */
  public Counter of(long keyId, Counter.@Nullable Stored atRest) {
    Counter held = madeOf(keyId, atRest);
    // nobody may hold one that is not here any more: what it counts would not be stored
    held.seen(time.millis());
    return held;
  }

  private Counter madeOf(long keyId, Counter.@Nullable Stored atRest) {
    Counter known = counters.get(keyId);
    if (known != null) {
      return known;
    }
    Counter restored;
    if (cluster.isShared()) {
      restored = Counter.shared(new Parts(keyId));
    } else {
      restored = atRest == null ? new Counter() : Counter.restored(atRest, time.millis());
    }
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

  /** The counter of a key, as all nodes together stand now. */
  public Counter current(long keyId, long now) {
    Counter counter = of(keyId);
    counter.refresh(now);
    return counter;
  }

  /** Gives back what was lent to this node, at a clean stop. */
  public void giveBack() {
    counters.values().forEach(Counter::giveBack);
  }

  /** Keys of whose limits this node holds a part. */
  public long parts() {
    return counters.values().stream().filter(Counter::holdsPart).count();
  }

  /** How often this node has asked for parts of limits. */
  public long asked() {
    return asked.sum();
  }

  /** Parts of the limits of one key, out of the store that all nodes share. */
  private final class Parts implements Leased.Lender {
    private final long keyId;

    Parts(long keyId) {
      this.keyId = keyId;
    }

    @Override
    public List<SharedCounts.Share> lend(List<SharedCounts.Wish> wishes, long now) {
      asked.increment();
      try {
        return shared.lend(keyId, wishes, cluster.nodes(), now);
      } catch (RuntimeException e) {
        // two nodes began the row of a new key at the same time: now it is there
        return shared.lend(keyId, wishes, cluster.nodes(), now);
      }
    }

    @Override
    public List<SharedCounts.Share> look(long now) {
      return shared.look(keyId, now);
    }

    @Override
    public void giveBack(Window window, long start, long unused) {
      shared.giveBack(keyId, window, start, unused);
    }

    @Override
    public int nodes() {
      return cluster.nodes();
    }
  }

  /** Drops counters that nobody has used for long. */
  public void prune() {
    gates.prune();
    long since = time.millis() - KEPT_UNUSED.toMillis();
    counters.values().removeIf(counter -> counter.isIdleSince(since));
  }
}
