package org.apikeys.verify;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.apikeys.api.cluster.Changed;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.cluster.Topic;
import org.apikeys.crypto.Secret;
import org.apikeys.hot.Direct;
import org.apikeys.key.KeySnapshot;
import org.apikeys.key.KeySnapshots;
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
  private static final Duration KEPT_UNUSED = Duration.ofMinutes(10);
  private static final Duration UNKNOWN_KEPT = Duration.ofSeconds(1);
  private static final int UNKNOWN_MOST = 100_000;
  private static final int MOST_LOADS = 10;

  private final KeySnapshots store;
  private final Cache<Digest, KeySnapshot> snapshots;
  private final Cache<Digest, Boolean> unknown =
      Caffeine.newBuilder().maximumSize(UNKNOWN_MOST).expireAfterWrite(UNKNOWN_KEPT).build();
  private final Map<Long, Set<Digest>> byKey = new ConcurrentHashMap<>();

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
    misses.increment();
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
    StoreReach.require();
    KeySnapshot snapshot = store.find(new Secret(presented)).orElse(null);
    if (snapshot == null) {
      unknown.put(digest, Boolean.TRUE);
    } else {
      byKey.computeIfAbsent(snapshot.id(), id -> ConcurrentHashMap.newKeySet()).add(digest);
    }
    return snapshot;
  }

  private boolean hasChangedSince(long before, long keyId) {
    Long last = changed.getIfPresent(keyId);
    return allChanged > before || (last != null && last > before);
  }

  private void unlink(@Nullable Digest digest, @Nullable KeySnapshot snapshot) {
    if (digest != null && snapshot != null) {
      byKey.computeIfPresent(
          snapshot.id(),
          (id, digests) -> {
            digests.remove(digest);
            return digests.isEmpty() ? null : digests;
          });
    }
  }

  void onChange(@Observes(during = TransactionPhase.AFTER_SUCCESS) Changed change) {
    forget(change.topic(), change.subject());
  }

  void onHeard(@Observes Heard change) {
    forget(change.topic(), change.subject());
  }

  private void forget(Topic topic, long subject) {
    long stamp = changes.incrementAndGet();
    switch (topic) {
      case KEY -> {
        changed.put(subject, stamp);
        Set<Digest> digests = byKey.get(subject);
        if (digests != null) {
          digests.forEach(snapshots::invalidate);
        }
      }
      case PERSON -> {
        allChanged = stamp;
        snapshots.asMap().values().removeIf(snapshot -> snapshot.ownerId() == subject);
      }
      case ORGANIZATION -> {
        allChanged = stamp;
        snapshots.asMap().values().removeIf(snapshot -> snapshot.organizationId() == subject);
      }
      case PERMISSIONS -> {
        allChanged = stamp;
        snapshots.invalidateAll();
      }
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

  /** About how many keys are held. */
  public long size() {
    return snapshots.estimatedSize();
  }
}
