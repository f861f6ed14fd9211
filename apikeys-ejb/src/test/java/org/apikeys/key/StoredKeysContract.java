package org.apikeys.key;

import static org.apikeys.key.Orders.aKey;
import static org.apikeys.key.Orders.admin;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apikeys.crypto.Secret;
import org.apikeys.limit.Counters;
import org.apikeys.limit.WindowLimits;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** What a key costs that this node does not know yet, and that nothing of it is missing then. */
interface StoredKeysContract {
  TestStore store();

  private TestServices emptied() {
    TestServices services = new TestServices(store().emptied());
    store().addPerson(1, TestStore.DEFAULT, "admin", "admin");
    store().addPerson(2, TestStore.DEFAULT, "Dora", "developer");
    return services;
  }

  private static IssuedKey issue(TestServices services, KeyConfiguration order) {
    return services.get(KeyIssuer.class).issue(admin(), order);
  }

  private KeySnapshot read(IssuedKey key) {
    return new TestServices(store())
        .get(KeySnapshots.class)
        .find(new Secret(key.secret().reveal()))
        .orElseThrow();
  }

  @Test
  default void readsAKeyWithOneStatementAndWithoutATransaction() {
    TestServices services = emptied();
    IssuedKey other =
        issue(services, Orders.from("{\"name\": \"other\", \"scopes\": [\"agents:read\"]}"));
    IssuedKey key =
        issue(
            services,
            Orders.from(
                "{\"name\": \"read\", \"scopes\": [\"agents:read\"], \"owner\": \"Dora\","
                    + " \"rate_limits\": {\"requests\": {\"per_minute\": 5}}}"));
    KeySnapshots snapshots = new TestServices(store()).get(KeySnapshots.class);
    // the catalogue of scopes is read with the first key of all
    assertThat(snapshots.find(other.secret())).isPresent();
    AtomicReference<Optional<KeySnapshot>> found = new AtomicReference<>();

    List<String> sent = store().sent(() -> found.set(snapshots.find(key.secret())));

    assertThat(Objects.requireNonNull(found.get())).isPresent();
    assertThat(sent).hasSize(1).first().asString().startsWith("SELECT");
  }

  @Test
  default void learnsWithOneStatementThatNobodyIssuedAKey() {
    TestServices services = emptied();
    KeySnapshots snapshots = services.get(KeySnapshots.class);
    assertThat(snapshots.find(new Secret("sk_live_nobody-issued-this"))).isEmpty();

    List<String> sent =
        store()
            .sent(() -> assertThat(snapshots.find(new Secret("sk_live_nor-this-one"))).isEmpty());

    assertThat(sent).hasSize(1).first().asString().startsWith("SELECT");
  }

  @Test
  default void readsAllThatDecidesAboutTheKey() {
    TestServices services = emptied();
    String many = "x".repeat(500);
    IssuedKey key =
        issue(
            services,
            Orders.from(
                "{\"name\": \"whole\", \"scopes\": [\"agents:read\"], \"owner\": \"Dora\","
                    + " \"environment\": \"staging\", \"metadata\": {\"a\": \""
                    + many
                    + "\", \"b\": \""
                    + many
                    + "\", \"c\": \""
                    + many
                    + "\", \"d\": \"ü\"}}"));
    WindowLimits limits = new WindowLimits(100, 100, 100, 100);
    for (int i = 0; i < 3; i++) {
      services.get(Counters.class).of(key.view().id()).tryTake(limits, services.clock().millis());
    }
    services.get(Counters.class).flush();

    KeySnapshot read = read(key);

    assertThat(read.id()).isEqualTo(key.view().id());
    assertThat(read.owner()).isEqualTo("Dora");
    assertThat(read.ownerId()).isEqualTo(2);
    assertThat(read.environment()).isEqualTo("staging");
    assertThat(read.scopeNames()).isEqualTo("agents:read");
    assertThat(read.toString()).contains(many, "ü");
    assertThat(read.usable()).isTrue();
    assertThat(read.revoked()).isFalse();
    assertThat(read.secretEndsAt()).isEqualTo(Long.MAX_VALUE);
    WindowLimits four = new WindowLimits(100, 4, 4, 4);
    assertThat(read.counter().tryTake(four, services.clock().millis())).isNull();
    assertThat(read.counter().tryTake(four, services.clock().millis())).isNotNull();
  }

  @Test
  default void readsWhatEndsAKey() {
    TestServices services = emptied();
    IssuedKey key = issue(services, Orders.from("{\"name\": \"ends\", \"owner\": \"dora\"}"));
    assertThat(read(key).ownerId()).as("a name is compared without regard to case").isEqualTo(2);
    KeyKeeper keeper = services.get(KeyKeeper.class);
    SecretKeeper secrets = services.get(SecretKeeper.class);

    store().execute("UPDATE person SET is_active = FALSE WHERE id = 2");
    assertThat(read(key).usable()).as("of a disabled owner").isFalse();
    store().execute("UPDATE person SET is_active = TRUE WHERE id = 2");
    assertThat(read(key).usable()).isTrue();
    store().execute("UPDATE organization SET is_active = FALSE WHERE id = 1");
    assertThat(read(key).usable()).as("in a disabled organization").isFalse();
    store().execute("UPDATE organization SET is_active = TRUE WHERE id = 1");

    keeper.change(admin(), key.view().id(), present -> present, false, null);
    assertThat(read(key).usable()).as("disabled itself").isFalse();
    keeper.change(admin(), key.view().id(), present -> present, true, null);
    secrets.rotate(admin(), key.view().id(), Duration.ofMinutes(5), null);
    assertThat(read(key).secretEndsAt())
        .isEqualTo(services.clock().instant().plus(Duration.ofMinutes(5)).toEpochMilli());
    keeper.revoke(admin(), key.view().id(), null, null);
    assertThat(read(key).revoked()).isTrue();
  }

  @Test
  default void knowsAKeyOfSomebodyOutsideOfTheDirectory() {
    TestServices services = emptied();
    IssuedKey key = issue(services, aKey("outside"));
    store().execute("UPDATE api_key SET owner = 'somebody' WHERE id = " + key.view().id());

    KeySnapshot read = read(key);

    assertThat(read.ownerId()).isZero();
    assertThat(read.usable()).isTrue();
  }
}
