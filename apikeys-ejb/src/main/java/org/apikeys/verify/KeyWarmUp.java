package org.apikeys.verify;

import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apikeys.crypto.KeyHasher;
import org.apikeys.hot.Direct;
import org.apikeys.key.KeySnapshots;
import org.apikeys.setting.Settings;
import org.jspecify.annotations.Nullable;

/**
 * Reads the keys that were used last before they are presented, so that a start does not send each
 * first call to the store. They are read a few hundred at a time, and given up when nobody has
 * presented them for as long as a presented key is kept unused.
 */
@Direct
public class KeyWarmUp {
  private static final System.Logger LOG = System.getLogger(KeyWarmUp.class.getName());
  private static final int AT_ONCE = 200;

  /** Who was not seen for longer than this is not among the most used. */
  private static final Duration LATELY = Duration.ofDays(7);

  private final KeySnapshots store;
  private final KeyHasher hasher;
  private final KeyCache cache;
  private final Clock clock;
  private final int most;

  private volatile int wanted;
  private volatile int read;
  private volatile @Nullable Long endedNanos;

  @Inject
  public KeyWarmUp(
      KeySnapshots store, KeyHasher hasher, KeyCache cache, Clock clock, Settings settings) {
    this.store = store;
    this.hasher = hasher;
    this.cache = cache;
    this.clock = clock;
    most = Math.min(settings.warmKeys(), settings.cachedKeys());
  }

  /** Reads them all; an interrupt ends it. */
  void run() {
    if (most == 0) {
      return;
    }
    long began = System.nanoTime();
    List<Long> ids = store.usedSince(clock.instant().minus(LATELY), most);
    wanted = ids.size();
    WarmKeys ahead = new WarmKeys(hasher);
    cache.use(ahead);
    for (int i = 0; i < ids.size() && !Thread.currentThread().isInterrupted(); i += AT_ONCE) {
      List<Long> some = ids.subList(i, Math.min(i + AT_ONCE, ids.size()));
      long mark = cache.mark();
      cache.keep(ahead, store.prepare(some), mark);
      read = i + some.size();
    }
    long ended = System.nanoTime();
    endedNanos = ended;
    LOG.log(
        System.Logger.Level.INFO,
        "{0} keys that were used last are ready after {1} ms.",
        ahead.size(),
        (ended - began) / 1_000_000);
  }

  /** Gives up what nobody has presented for long. */
  void tidy() {
    Long ended = endedNanos;
    if (ended != null && System.nanoTime() - ended > KeyCache.KEPT_UNUSED.toNanos()) {
      cache.use(null);
    }
  }

  /** How many keys it means to read. */
  public int wanted() {
    return wanted;
  }

  /** How many of them it has read. */
  public int read() {
    return read;
  }
}
