package org.apikeys.verify;

import static org.apikeys.key.Orders.aKey;
import static org.apikeys.key.Orders.admin;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apikeys.api.cluster.Changed;
import org.apikeys.api.cluster.Topic;
import org.apikeys.crypto.Secret;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.KeyKeeper;
import org.apikeys.key.KeySnapshot;
import org.apikeys.key.KeySnapshots;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeyCacheTest {
  private static final int STORM = 16;

  private final TestServices services = new TestServices(TestStore.derby());

  @BeforeEach
  void empty() {
    TestStore.derby().emptied();
  }

  @Test
  void keepsNoSnapshotThatWasReadBeforeAChangeAndPutAfterIt() {
    IssuedKey issued = services.get(KeyIssuer.class).issue(admin(), aKey("raced"));
    long id = issued.view().id();
    KeySnapshots store = services.get(KeySnapshots.class);
    KeyCache[] cache = new KeyCache[1];
    cache[0] =
        new KeyCache(
            new KeySnapshots() {
              private boolean raced;

              @Override
              public Optional<KeySnapshot> find(Secret presented) {
                Optional<KeySnapshot> read = store.find(presented);
                if (!raced) {
                  raced = true;
                  services.get(KeyKeeper.class).revoke(admin(), id, null, null);
                  cache[0].onChange(new Changed(Topic.KEY, id));
                }
                return read;
              }
            },
            services.settings());

    KeySnapshot first = Objects.requireNonNull(cache[0].find(issued.secret().reveal()));
    assertThat(first.revoked()).isTrue();
    assertThat(cache[0].find(issued.secret().reveal())).isSameAs(first);
  }

  @Test
  void asksTheStoreOnceForAKeyThatManyAskForAtOnce() throws Exception {
    IssuedKey issued = services.get(KeyIssuer.class).issue(admin(), aKey("stormed"));
    KeySnapshots store = services.get(KeySnapshots.class);
    AtomicReference<CountDownLatch> all = new AtomicReference<>();
    AtomicInteger asked = new AtomicInteger();
    KeyCache cache =
        new KeyCache(
            new KeySnapshots() {
              @Override
              public Optional<KeySnapshot> find(Secret presented) {
                asked.incrementAndGet();
                try {
                  // as slow as it has to be for the others to come
                  Objects.requireNonNull(all.get()).await(10, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
                return store.find(presented);
              }
            },
            services.settings());
    for (String key : List.of(issued.secret().reveal(), "unknown")) {
      asked.set(0);
      CountDownLatch present = new CountDownLatch(STORM);
      all.set(present);
      ExecutorService callers = Executors.newFixedThreadPool(STORM);
      try {
        List<Future<Boolean>> found = new ArrayList<>();
        for (int i = 0; i < STORM; i++) {
          found.add(
              callers.submit(
                  () -> {
                    present.countDown();
                    return cache.find(key) != null;
                  }));
        }
        for (Future<Boolean> one : found) {
          assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo(!key.equals("unknown"));
        }
      } finally {
        callers.shutdownNow();
      }
      // a thread that was put aside for a second comes after the storm
      assertThat(asked.get()).isBetween(1, 2);
    }
  }

  @Test
  void asksTheStoreOnceForAKey() {
    IssuedKey issued = services.get(KeyIssuer.class).issue(admin(), aKey("cached"));
    KeyCache cache = services.get(KeyCache.class);
    for (int i = 0; i < 5; i++) {
      assertThat(cache.find(issued.secret().reveal())).isNotNull();
      assertThat(cache.find("unknown")).isNull();
    }

    assertThat(cache.misses()).isEqualTo(2);
    assertThat(cache.hits()).isEqualTo(8);
    cache.onChange(new Changed(Topic.PERMISSIONS, 0));
    assertThat(cache.size()).isZero();
  }
}
