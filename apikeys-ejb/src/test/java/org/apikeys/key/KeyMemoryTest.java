package org.apikeys.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apikeys.api.key.KeyFormat;
import org.apikeys.api.permission.ScopeExpression;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.cluster.ChangeReader;
import org.apikeys.crypto.KeyHasher;
import org.apikeys.crypto.KeyHasher.Hashed;
import org.apikeys.crypto.Secret;
import org.apikeys.limit.Counters;
import org.apikeys.limit.SteadyTime;
import org.apikeys.permission.Catalogue;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.apikeys.verify.Attempt;
import org.apikeys.verify.KeyCache;
import org.apikeys.verify.Trials;
import org.apikeys.verify.Verifier;
import org.junit.jupiter.api.Test;

/**
 * Holds what a key in memory takes that calls are made with, its counter and its places included: a
 * million of them have to fit. The bound is a third above what was measured, 489.
 */
class KeyMemoryTest {
  private static final int FEW = 5_000;
  private static final int KEYS = 60_000;
  private static final long MOST_BYTES = 650;

  private static final Attempt ATTEMPT =
      new Attempt(
          ScopeExpression.parse("agents:read"),
          "203.0.113.9",
          "https://app.example.com/x",
          null,
          0,
          1,
          1,
          null);

  private final TestServices services =
      new TestServices(
          TestStore.derby().emptied(),
          Map.of("apikeys.verify.cached-keys", Integer.toString(KEYS)));

  /** What most keys have, and a day on which it ends. */
  private static KeyConfiguration order(long id) {
    return Orders.from(
        "{\"name\":\"checkout of shop "
            + id
            + "\",\"owner\":\"dora\",\"scopes\":[\"agents:read\",\"deployments:write\","
            + "\"metrics:read\"],\"expires_at\":\"2027-01-01T00:00:00Z\",\"restrictions\":"
            + "{\"ip\":{\"allow\":[\"203.0.113.0/24\"]},\"referrers\":"
            + "[\"https://*.example.com/*\"]},\"rate_limits\":{\"requests\":{\"per_minute\":"
            + "100000,\"per_hour\":100000,\"per_day\":100000}}}");
  }

  /** A store in which there is a key for whatever is presented, read anew as from the real one. */
  private static final class Endless extends Presented {
    private final AtomicLong numbers = new AtomicLong();

    @Override
    Optional<Found> find(Secret presented) {
      long id = numbers.incrementAndGet();
      return Optional.of(
          new Found(
              new StoredKey(
                  new StoredKey.Secret(1, new Hashed("a digest", 1, null), false, false, null),
                  new StoredKey.Key(id, 1, "dora", order(id), false, true, null, null),
                  new StoredKey.Owner(2, true),
                  null,
                  null),
              List.of()));
    }
  }

  private KeyCache cache() {
    return new KeyCache(
        new KeySnapshots(
            services.get(StoredKeys.class),
            new KeyHasher() {
              @Override
              public boolean isOutdated(Hashed hashed) {
                return false;
              }
            },
            services.get(KeyHashes.class),
            new Endless(),
            services.get(Catalogue.class),
            services.get(KeyTypes.class),
            services.get(Counters.class),
            services.get(SharedParts.class)),
        services.settings());
  }

  private static long used() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  private static void call(Verifier verifier, int from, int until) {
    for (int i = from; i < until; i++) {
      if (verifier.decide("a-key-of-somebody-" + i, 1, ATTEMPT).code() != DecisionCode.VALID) {
        throw new AssertionError("key " + i + " is not valid");
      }
    }
  }

  @Test
  void aKeyInMemoryIsSmall() {
    KeyCache cache = cache();
    Verifier verifier =
        new Verifier(
            cache,
            services.get(KeyFormat.class),
            services.get(ChangeReader.class),
            services.get(Trials.class),
            services.settings(),
            services.clock(),
            services.get(SteadyTime.class));
    call(verifier, 0, FEW);
    long before = used();
    call(verifier, FEW, KEYS);
    long bytes = (used() - before) / (KEYS - FEW);

    assertThat(cache.size()).isEqualTo(KEYS);
    // so that nothing of it goes before it is measured
    assertThat(cache.misses()).isEqualTo(KEYS);
    assertThat(bytes).as("bytes of a key in memory").isBetween(200L, MOST_BYTES);
  }
}
