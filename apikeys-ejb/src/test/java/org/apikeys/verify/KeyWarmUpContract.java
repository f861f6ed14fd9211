package org.apikeys.verify;

import static org.apikeys.key.Orders.aKey;
import static org.apikeys.key.Orders.admin;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.cluster.Topic;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.KeyKeeper;
import org.apikeys.key.KeySnapshots;
import org.apikeys.setting.Settings;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** Keys that are read before they are presented. */
interface KeyWarmUpContract {
  TestStore store();

  /** Keys of which the later ones were used later; the last one was never used. */
  private List<IssuedKey> issued(int number) {
    store().emptied();
    TestServices services = new TestServices(store());
    store().addPerson(1, TestStore.DEFAULT, "admin", "admin");
    List<IssuedKey> keys = new ArrayList<>();
    for (int i = 0; i <= number; i++) {
      keys.add(services.get(KeyIssuer.class).issue(admin(), aKey("key " + i)));
      if (i < number) {
        used(keys.get(i), services.clock().millis() + i);
      }
    }
    return keys;
  }

  private void used(IssuedKey key, long at) {
    store()
        .execute(
            "UPDATE api_key_count SET last_used_at = "
                + at
                + " WHERE api_key_id = "
                + key.view().id());
  }

  private TestServices node(String warmKeys) {
    return new TestServices(store(), Map.of("apikeys.verify.warm-keys", warmKeys));
  }

  private static boolean asksTheStore(KeyCache cache, IssuedKey key) {
    long before = cache.misses();
    assertThat(cache.find(key.secret().reveal())).isNotNull();
    return cache.misses() > before;
  }

  @Test
  default void answersTheFirstCallOfAKeyThatWasUsedLastWithoutTheStore() {
    List<IssuedKey> keys = issued(3);
    TestServices node = node("2");
    KeyCache cache = node.get(KeyCache.class);

    node.get(KeyWarmUp.class).run();

    assertThat(node.get(KeyWarmUp.class).wanted()).isEqualTo(2);
    assertThat(node.get(KeyWarmUp.class).read()).isEqualTo(2);
    assertThat(cache.warm()).isEqualTo(2);
    assertThat(asksTheStore(cache, keys.get(2))).isFalse();
    assertThat(asksTheStore(cache, keys.get(1))).isFalse();
    assertThat(asksTheStore(cache, keys.get(0))).as("beyond the most").isTrue();
    assertThat(asksTheStore(cache, keys.get(3))).as("never used").isTrue();
    assertThat(cache.warm()).isZero();
    assertThat(cache.size()).isEqualTo(4);
  }

  @Test
  default void readsManyWithFewStatements() {
    issued(250);
    TestServices node = node("1000");
    KeyWarmUp warmUp = node.get(KeyWarmUp.class);

    assertThat(store().sent(warmUp::run)).as("which ones, and two parts").hasSize(3);
    assertThat(node.get(KeyCache.class).warm()).isEqualTo(250);
  }

  @Test
  default void knowsNothingThatHasChangedSinceItWasRead() {
    List<IssuedKey> keys = issued(4);
    TestServices node = node("10");
    KeyCache cache = node.get(KeyCache.class);
    node.get(KeyWarmUp.class).run();
    KeyKeeper keeper = node.get(KeyKeeper.class);

    keeper.revoke(admin(), keys.get(0).view().id(), null, null);
    assertThat(Objects.requireNonNull(cache.find(keys.get(0).secret().reveal())).revoked())
        .isTrue();
    store().execute("UPDATE api_key SET is_active = FALSE WHERE id = " + keys.get(1).view().id());
    cache.onHeard(new Heard(Topic.KEY, keys.get(1).view().id()));
    assertThat(Objects.requireNonNull(cache.find(keys.get(1).secret().reveal())).usable())
        .isFalse();
    store().execute("UPDATE person SET is_active = FALSE WHERE id = 1");
    cache.onHeard(new Heard(Topic.PERSON, 1));
    assertThat(Objects.requireNonNull(cache.find(keys.get(2).secret().reveal())).usable())
        .isFalse();
  }

  @Test
  default void aChangeOfOthersTakesNothingAway() {
    List<IssuedKey> keys = issued(2);
    TestServices node = node("10");
    KeyCache cache = node.get(KeyCache.class);
    cache.onHeard(new Heard(Topic.KEY, keys.get(0).view().id()));
    cache.onHeard(new Heard(Topic.PERMISSIONS, 0));
    node.get(KeyWarmUp.class).run();
    assertThat(cache.warm()).as("what changed before it was read").isEqualTo(2);

    cache.onHeard(new Heard(Topic.KEY, keys.get(2).view().id()));
    cache.onHeard(new Heard(Topic.PERSON, 2));
    cache.onHeard(new Heard(Topic.ORGANIZATION, 900));
    assertThat(cache.warm()).isEqualTo(2);
    assertThat(asksTheStore(cache, keys.get(0))).isFalse();
    assertThat(asksTheStore(cache, keys.get(1))).isFalse();
  }

  @Test
  default void aChangeOfAnOrganizationOrOfPermissionsTakesAllOfItsKeys() {
    for (Heard change :
        List.of(
            new Heard(Topic.ORGANIZATION, TestStore.DEFAULT), new Heard(Topic.PERMISSIONS, 0))) {
      issued(2);
      TestServices node = node("10");
      node.get(KeyWarmUp.class).run();
      assertThat(node.get(KeyCache.class).warm()).isEqualTo(2);

      node.get(KeyCache.class).onHeard(change);
      assertThat(node.get(KeyCache.class).warm()).as(change.toString()).isZero();
    }
  }

  @Test
  default void keepsNothingThatChangedWhileItWasRead() {
    List<IssuedKey> keys = issued(1);
    TestServices node = node("10");
    KeyCache cache = node.get(KeyCache.class);
    KeySnapshots real = node.get(KeySnapshots.class);
    KeySnapshots raced =
        new KeySnapshots() {
          @Override
          public List<Long> usedSince(java.time.Instant since, int most) {
            return real.usedSince(since, most);
          }

          @Override
          public List<Prepared> prepare(java.util.Collection<Long> ids) {
            List<Prepared> read = real.prepare(ids);
            node.get(KeyKeeper.class).revoke(admin(), keys.get(0).view().id(), null, null);
            return read;
          }
        };

    new KeyWarmUp(
            raced,
            node.get(org.apikeys.crypto.KeyHasher.class),
            cache,
            node.get(Clock.class),
            node.get(Settings.class))
        .run();

    assertThat(cache.warm()).isZero();
    assertThat(Objects.requireNonNull(cache.find(keys.get(0).secret().reveal())).revoked())
        .isTrue();
  }

  @Test
  default void leavesOutWhatOnlyAComparisonKnows() {
    store().emptied();
    TestServices slow = new TestServices(store(), Map.of("apikeys.hash", "bcrypt"));
    store().addPerson(1, TestStore.DEFAULT, "admin", "admin");
    IssuedKey key = slow.get(KeyIssuer.class).issue(admin(), aKey("slow"));
    used(key, slow.clock().millis());
    KeyWarmUp warmUp = slow.get(KeyWarmUp.class);

    warmUp.run();

    assertThat(warmUp.wanted()).isEqualTo(1);
    assertThat(slow.get(KeyCache.class).warm()).isZero();
    assertThat(asksTheStore(slow.get(KeyCache.class), key)).isTrue();
  }

  @Test
  default void leavesOutWhatWasNotUsedForAWeekAndAllWhenThatIsSet() {
    List<IssuedKey> keys = issued(1);
    used(keys.get(0), node("1").clock().millis() - Duration.ofDays(8).toMillis());
    TestServices node = node("10");
    node.get(KeyWarmUp.class).run();
    assertThat(node.get(KeyWarmUp.class).wanted()).isZero();

    used(keys.get(0), node.clock().millis());
    TestServices off = node("0");
    KeyWarmUp none = off.get(KeyWarmUp.class);
    assertThat(store().sent(none::run)).isEmpty();
  }
}
