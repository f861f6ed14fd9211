package org.apikeys.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.ejb.EJBException;
import jakarta.inject.Inject;
import jakarta.persistence.PersistenceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apikeys.cluster.Cluster;
import org.apikeys.hot.Direct;
import org.apikeys.setting.Settings;

/**
 * The gates of this node. Their state is in memory, written every second, and read when a key is
 * first used after a start.
 */
@Direct
public class Gates {
  /** A call whose end was told before. */
  static final long DONE = -2;

  /** A call of which nothing is known here. */
  static final long UNKNOWN = -1;

  private static final Duration KEPT_UNUSED = Duration.ofMinutes(30);
  private static final int MOST_ANNOUNCED = 200_000;

  private final StoredGates stored;
  private final Credits credits;
  private final SharedGates shared;
  private final Cluster cluster;
  private final long openMillis;
  private final Map<Long, Box> boxes = new ConcurrentHashMap<>();
  private final GateHolder local = new Local();
  private final GateHolder together = new Together();

  /**
   * How much each call has said that it sends, so that a report counts only the rest; by the key as
   * well, so that nobody takes the call of another key for theirs.
   */
  private final Cache<KeyCall, Long> announced =
      Caffeine.newBuilder()
          .maximumSize(MOST_ANNOUNCED)
          .expireAfterWrite(Duration.ofMinutes(10))
          .build();

  @Inject
  public Gates(
      StoredGates stored, Credits credits, SharedGates shared, Cluster cluster, Settings settings) {
    this.stored = stored;
    this.credits = credits;
    this.shared = shared;
    this.cluster = cluster;
    openMillis = settings.openCallLimit().toMillis();
  }

  /** A call of a key. */
  private record KeyCall(long keyId, long callId) {}

  /** A state and who holds it. */
  private static final class Box {
    private final GateState state;
    private volatile boolean dirty;
    private volatile boolean dropped;
    private volatile long usedNanos = System.nanoTime();

    Box(GateState state) {
      this.state = state;
    }
  }

  Credits credits() {
    return credits;
  }

  GateHolder holder() {
    return cluster.isShared() ? together : local;
  }

  /** How long a call counts as open when nobody says that it has ended. */
  long openMillis() {
    return openMillis;
  }

  void announce(long keyId, Ask ask, GateRules rules) {
    if (ask.callId() != 0 && rules.countsWhatIsReported()) {
      announced.put(new KeyCall(keyId, ask.callId()), ask.bytesIn());
    }
  }

  long takeAnnounced(long keyId, long callId) {
    Long known = callId == 0 ? null : announced.asMap().replace(new KeyCall(keyId, callId), DONE);
    return Objects.requireNonNullElse(known, UNKNOWN);
  }

  /** The state of each key behind its own lock. */
  private final class Local implements GateHolder {
    @Override
    public <T> T with(long keyId, Function<GateState, Worked<T>> work) {
      while (true) {
        Box box = box(keyId);
        synchronized (box) {
          if (!box.dropped) {
            box.usedNanos = System.nanoTime();
            Worked<T> worked = work.apply(box.state);
            box.dirty |= worked.changed();
            return worked.result();
          }
        }
      }
    }
  }

  /** The state of each key in its row, which one node at a time works on. */
  private final class Together implements GateHolder {
    @Override
    public <T> T with(long keyId, Function<GateState, Worked<T>> work) {
      AtomicReference<Worked<T>> worked = new AtomicReference<>();
      UnaryOperator<String> step =
          before -> {
            GateState state = GateState.read(before);
            Worked<T> done = work.apply(state);
            worked.set(done);
            return done.changed() || state.wasMoved() ? state.write() : before;
          };
      try {
        shared.with(keyId, GateState.fresh()::write, step);
      } catch (EJBException | PersistenceException e) {
        // two nodes began the row of a new key at the same time: now it is there
        shared.with(keyId, GateState.fresh()::write, step);
      }
      return Objects.requireNonNull(worked.get()).result();
    }
  }

  private Box box(long keyId) {
    Box known = boxes.get(keyId);
    if (known != null) {
      return known;
    }
    Box read = new Box(stored.find(keyId).map(GateState::read).orElseGet(GateState::fresh));
    Box raced = boxes.putIfAbsent(keyId, read);
    return raced == null ? read : raced;
  }

  /** Writes what has changed. */
  void flush() {
    List<StoredGates.Row> changed = new ArrayList<>();
    boxes.forEach(
        (keyId, box) -> {
          if (box.dirty) {
            synchronized (box) {
              box.dirty = false;
              changed.add(new StoredGates.Row(keyId, box.state.write()));
            }
          }
        });
    if (changed.isEmpty()) {
      return;
    }
    try {
      stored.write(changed);
    } catch (RuntimeException e) {
      changed.forEach(
          row -> {
            Box box = boxes.get(row.keyId());
            if (box != null) {
              box.dirty = true;
            }
          });
      throw e;
    }
  }

  /** Drops states that nobody has used for long; they rest in the store. */
  void prune() {
    long kept = KEPT_UNUSED.toNanos();
    boxes
        .entrySet()
        .removeIf(
            entry -> {
              Box box = entry.getValue();
              synchronized (box) {
                box.dropped = !box.dirty && System.nanoTime() - box.usedNanos > kept;
                return box.dropped;
              }
            });
  }
}
