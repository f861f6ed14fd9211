package org.apikeys.verify;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.apikeys.api.cluster.Changed;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.cluster.Topic;
import org.apikeys.crypto.Secret;
import org.apikeys.hot.Direct;
import org.apikeys.key.KeySnapshot;
import org.apikeys.key.KeySnapshots;
import org.apikeys.key.KeySnapshots.Prepared;
import org.apikeys.setting.Settings;
import org.apikeys.store.StoreReach;
import org.jspecify.annotations.Nullable;

/**
 * The keys that this node knows, by the digest of what is presented. A change of a key is forgotten
 * here before the answer to the change is sent, and on other nodes when they read the feed.
 *
 * <p>A snapshot that was read before a change but put in after it must not stay: each load
 * remembers where the count of changes stood before it read, and what has changed since is loaded
 * again.
 */
@Direct
public class KeyCache {
  static final Duration KEPT_UNUSED = Duration.ofMinutes(10);
  private static final Duration UNKNOWN_KEPT = Duration.ofSeconds(1);
  private static final int UNKNOWN_MOST = 100_000;
  private static final int MOST_LOADS = 10;

  private final KeySnapshots store;
  private final Cache<Digest, KeySnapshot> snapshots;
  private final Cache<Digest, Boolean> unknown =
      Caffeine.newBuilder().maximumSize(UNKNOWN_MOST).expireAfterWrite(UNKNOWN_KEPT).build();

  private final DigestsByKey byKey = new DigestsByKey();

  /** Guards that nothing is put here that was read before a change and comes after it. */
  private final Object warming = new Object();

  private volatile @Nullable WarmKeys warm;

  private final AtomicLong changes = new AtomicLong();
  private final Cache<Long, Long> changed =
      Caffeine.newBuilder().expireAfterWrite(Duration.ofMinutes(1)).build();
  private volatile long allChanged;

  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  @Inject
  public KeyCache(KeySnapshots store, Settings settings) {
    this.store = store;
    snapshots =
        Caffeine.newBuilder()
            .maximumSize(settings.cachedKeys())
            .expireAfterAccess(KEPT_UNUSED)
            .<Digest, KeySnapshot>removalListener(
                (digest, snapshot, cause) -> unlink(digest, snapshot))
            .executor(Runnable::run)
            .build();
  }

  /** The key that was presented, or null when there is none. */
  @Nullable KeySnapshot find(String presented) {
    Digest digest = Digest.of(presented);
    KeySnapshot known = snapshots.getIfPresent(digest);
    if (known != null) {
      hits.increment();
      return known;
    }
    if (unknown.getIfPresent(digest) != null) {
      hits.increment();
      return null;
    }
    return load(digest, presented);
  }

  private @Nullable KeySnapshot load(Digest digest, String presented) {
    for (int i = 0; i < MOST_LOADS; i++) {
      long before = changes.get();
      KeySnapshot loaded = snapshots.get(digest, key -> read(key, presented));
      if (loaded == null) {
        return null;
      }
      if (!hasChangedSince(before, loaded.id())) {
        return loaded;
      }
      snapshots.invalidate(digest);
    }
    throw new IllegalStateException("a key changes faster than it can be read");
  }

  private @Nullable KeySnapshot read(Digest digest, String presented) {
    // who has waited for another who asked for the same key need not ask again
    if (unknown.getIfPresent(digest) != null) {
      return null;
    }
    KeySnapshot snapshot = warmed(presented);
    if (snapshot == null) {
      misses.increment();
      StoreReach.require();
      snapshot = store.find(new Secret(presented)).orElse(null);
    } else {
      hits.increment();
    }
    if (snapshot == null) {
      unknown.put(digest, Boolean.TRUE);
    } else {
      byKey.add(snapshot.id(), digest);
    }
    return snapshot;
  }

  private @Nullable KeySnapshot warmed(String presented) {
    WarmKeys ready = warm;
    return ready == null ? null : ready.take(presented);
  }

  /** Where the changes stand, to be asked before keys are read ahead. */
  long mark() {
    return changes.get();
  }

  /** From now on keys are also taken from those that were read ahead; null ends it. */
  void use(@Nullable WarmKeys ahead) {
    warm = ahead;
  }

  /**
   * Keeps keys that were read ahead, but for those that have changed since.
   *
   * @param mark where the changes stood before they were read
   */
  void keep(WarmKeys ahead, List<Prepared> prepared, long mark) {
    synchronized (warming) {
      ahead.add(prepared.stream().filter(one -> !hasChangedSince(mark, one.key().id())).toList());
    }
  }

  private boolean hasChangedSince(long before, long keyId) {
    Long last = changed.getIfPresent(keyId);
    return allChanged > before || (last != null && last > before);
  }

  private void unlink(@Nullable Digest digest, @Nullable KeySnapshot snapshot) {
    if (digest != null && snapshot != null) {
      byKey.remove(snapshot.id(), digest);
    }
  }

  void onChange(@Observes(during = TransactionPhase.AFTER_SUCCESS) Changed change) {
    forget(change.topic(), change.subject());
  }

  void onHeard(@Observes Heard change) {
    forget(change.topic(), change.subject());
  }

  private void forget(Topic topic, long subject) {
    synchronized (warming) {
      WarmKeys ahead = warm;
      if (ahead != null) {
        forget(ahead, topic, subject);
      }
      long stamp = changes.incrementAndGet();
      if (topic == Topic.KEY) {
        changed.put(subject, stamp);
      } else {
        allChanged = stamp;
      }
    }
    switch (topic) {
      case KEY -> snapshots.invalidateAll(byKey.of(subject));
      case PERSON -> snapshots.asMap().values().removeIf(snapshot -> snapshot.ownerId() == subject);
      case ORGANIZATION ->
          snapshots.asMap().values().removeIf(snapshot -> snapshot.organizationId() == subject);
      case PERMISSIONS -> snapshots.invalidateAll();
    }
  }

  private static void forget(WarmKeys ahead, Topic topic, long subject) {
    switch (topic) {
      case KEY -> ahead.forget(subject);
      case PERSON -> ahead.forget(snapshot -> snapshot.ownerId() == subject);
      case ORGANIZATION -> ahead.forget(snapshot -> snapshot.organizationId() == subject);
      case PERMISSIONS -> ahead.forget(snapshot -> true);
    }
  }

  /** How many look-ups were answered from memory. */
  public long hits() {
    return hits.sum();
  }

  /** How many look-ups asked the store. */
  public long misses() {
    return misses.sum();
  }

  /** How many keys were read ahead and not presented yet. */
  public long warm() {
    WarmKeys ready = warm;
    return ready == null ? 0 : ready.size();
  }

  /** About how many keys are held. */
  public long size() {
    return snapshots.estimatedSize();
  }
}
