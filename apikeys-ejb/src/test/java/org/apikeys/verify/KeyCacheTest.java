package org.apikeys.verify;

import static org.apikeys.key.Orders.aKey;
import static org.apikeys.key.Orders.admin;
import static org.apikeys.key.Orders.person;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
import org.apikeys.api.cluster.Heard;
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

  /** A store in which every value is one of the same key; it counts how often it is asked. */
  private static final class OneKey extends KeySnapshots {
    private final KeySnapshot key;
    private final Runnable meanwhile;
    private int asked;

    OneKey(KeySnapshot key, Runnable meanwhile) {
      this.key = key;
      this.meanwhile = meanwhile;
    }

    @Override
    public Optional<KeySnapshot> find(Secret presented) {
      asked++;
      meanwhile.run();
      return Optional.of(key);
    }
  }

  private KeySnapshot snapshot(String name) {
    IssuedKey issued = services.get(KeyIssuer.class).issue(admin(), aKey(name));
    return services.get(KeySnapshots.class).find(issued.secret()).orElseThrow();
  }

  @Test
  void forgetsWhatAChangeConcernsAndNothingElse() {
    TestStore.derby().addOrganization(900);
    TestStore.derby().addPerson(1, TestStore.DEFAULT, "admin", "admin");
    TestStore.derby().addPerson(2, TestStore.DEFAULT, "dora", "admin");
    TestStore.derby().addPerson(5, 900, "stranger", "admin");
    KeyIssuer issuer = services.get(KeyIssuer.class);
    IssuedKey first = issuer.issue(admin(), aKey("first"));
    IssuedKey second = issuer.issue(admin(), aKey("second"));
    IssuedKey doras = issuer.issue(person(2, "dora", 1, "admin"), aKey("doras"));
    IssuedKey strangers = issuer.issue(person(5, "stranger", 900, "admin"), aKey("strangers"));
    List<IssuedKey> all = List.of(first, second, doras, strangers);
    KeyCache cache = services.get(KeyCache.class);
    Map<Changed, List<IssuedKey>> concerned =
        Map.of(
            new Changed(Topic.KEY, first.view().id()), List.of(first),
            new Changed(Topic.PERSON, 2), List.of(doras),
            new Changed(Topic.ORGANIZATION, 900), List.of(strangers),
            new Changed(Topic.ORGANIZATION, TestStore.DEFAULT), List.of(first, second, doras),
            new Changed(Topic.PERMISSIONS, 0), all);
    all.forEach(key -> cache.find(key.secret().reveal()));

    concerned.forEach(
        (change, forgotten) -> {
          cache.onChange(change);
          assertThat(askedFor(cache, all)).as("changed here: " + change).isEqualTo(forgotten);
          cache.onHeard(new Heard(change.topic(), change.subject()));
          assertThat(askedFor(cache, all)).as("heard of: " + change).isEqualTo(forgotten);
          assertThat(askedFor(cache, all)).isEmpty();
        });
  }

  /** Those that the store had to be asked for. */
  private static List<IssuedKey> askedFor(KeyCache cache, List<IssuedKey> keys) {
    return keys.stream()
        .filter(
            key -> {
              long before = cache.misses();
              assertThat(cache.find(key.secret().reveal())).isNotNull();
              return cache.misses() > before;
            })
        .toList();
  }

  @Test
  void readsAgainWhateverChangedWhileItWasRead() {
    KeySnapshot key = snapshot("raced");
    for (Topic topic : Topic.values()) {
      KeyCache[] cache = new KeyCache[1];
      boolean[] raced = {false};
      OneKey store =
          new OneKey(
              key,
              () -> {
                if (!raced[0]) {
                  raced[0] = true;
                  cache[0].onHeard(new Heard(topic, topic == Topic.KEY ? key.id() : 1));
                }
              });
      cache[0] = new KeyCache(store, services.settings());

      assertThat(cache[0].find("the value")).isSameAs(key);
      assertThat(store.asked).as(topic + " while it was read").isEqualTo(2);
      cache[0].find("the value");
      assertThat(store.asked).as(topic + " long ago").isEqualTo(2);
    }
  }

  @Test
  void readsOnceWhatChangedBeforeItWasRead() {
    KeySnapshot key = snapshot("changed before");
    OneKey store = new OneKey(key, () -> {});
    KeyCache cache = new KeyCache(store, services.settings());
    cache.onHeard(new Heard(Topic.PERMISSIONS, 0));
    cache.onHeard(new Heard(Topic.KEY, key.id()));

    assertThat(cache.find("the value")).isSameAs(key);
    assertThat(store.asked).isEqualTo(1);
  }

  @Test
  void answersNothingAboutAKeyThatIsNeverTheSame() {
    KeySnapshot key = snapshot("restless");
    KeyCache[] cache = new KeyCache[1];
    OneKey store = new OneKey(key, () -> cache[0].onHeard(new Heard(Topic.KEY, key.id())));
    cache[0] = new KeyCache(store, services.settings());

    assertThatThrownBy(() -> cache[0].find("the value"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("changes faster");
    assertThat(store.asked).isEqualTo(10);
    assertThat(cache[0].size()).isZero();
  }

  @Test
  void forgetsEveryValueOfAKeyThoughOthersOfItWereDroppedForRoom() {
    KeySnapshot key = snapshot("of many values");
    OneKey store = new OneKey(key, () -> {});
    TestServices small =
        new TestServices(TestStore.derby(), Map.of("apikeys.verify.cached-keys", "100"));
    KeyCache cache = new KeyCache(store, small.settings());
    for (int i = 0; i < 500; i++) {
      cache.find("value " + i);
    }
    assertThat(cache.size()).isBetween(1L, 200L);

    cache.onHeard(new Heard(Topic.KEY, key.id()));
    assertThat(cache.size()).isZero();
  }
}
