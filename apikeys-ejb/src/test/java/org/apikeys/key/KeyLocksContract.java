package org.apikeys.key;

import static org.apikeys.key.Orders.aKey;
import static org.apikeys.key.Orders.admin;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apikeys.api.verify.CallCounts;
import org.apikeys.api.verify.CallsCounted;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** Those who want the same key at once wait for each other, and never in a circle. */
interface KeyLocksContract {
  int ROTATIONS = 60;
  int GENERATIONS = 8;

  TestStore store();

  private TestServices services() {
    TestServices services = new TestServices(store().emptied());
    store().addPerson(1, TestStore.DEFAULT, "admin", "admin");
    return services;
  }

  @Test
  default void aKeyIsFoundThoughItsReaderAndAChangeWaitForEachOther() throws Exception {
    TestServices services = services();
    IssuedKey issued = services.get(KeyIssuer.class).issue(admin(), aKey("changing"));
    long id = issued.view().id();
    KeySnapshots snapshots = services.get(KeySnapshots.class);
    CompletableFuture<Optional<KeySnapshot>> found = new CompletableFuture<>();
    store()
        .inTransaction(
            () -> {
              change("UPDATE api_key SET is_active = TRUE WHERE id = " + id);
              found.completeAsync(() -> snapshots.find(issued.secret()));
              waitUntilItWaits(found);
              change("UPDATE key_secret SET created_at = created_at WHERE api_key_id = " + id);
            });
    assertThat(found.get(20, TimeUnit.SECONDS)).isPresent();
  }

  private void change(String sql) {
    store().manager().createNativeQuery(sql).executeUpdate();
  }

  /** Derby lets it wait; PostgreSQL answers it. */
  private static void waitUntilItWaits(CompletableFuture<?> found) {
    try {
      found.get(500, TimeUnit.MILLISECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      // as it should be
    } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  default void rotationsAndCountsOfCallsDoNotWaitInACircle() throws Exception {
    TestServices services = services();
    long id = services.get(KeyIssuer.class).issue(admin(), aKey("busy")).view().id();
    SecretKeeper secrets = services.get(SecretKeeper.class);
    for (int i = 1; i < GENERATIONS; i++) {
      secrets.rotate(admin(), id, Duration.ofHours(1), null);
    }
    KeyCounting counting = services.get(KeyCounting.class);
    List<CallCounts> calls =
        IntStream.rangeClosed(1, GENERATIONS)
            .mapToObj(generation -> new CallCounts(id, generation, 1, 0, 1, 1))
            .toList();
    AtomicBoolean enough = new AtomicBoolean();
    CompletableFuture<Void> counts =
        CompletableFuture.runAsync(
            () -> {
              while (!enough.get()) {
                store().inTransaction(() -> counting.onCounted(new CallsCounted(calls)));
              }
            });
    try {
      for (int i = 0; i < ROTATIONS; i++) {
        secrets.rotate(admin(), id, Duration.ofHours(1), null);
      }
    } finally {
      enough.set(true);
    }
    counts.get(20, TimeUnit.SECONDS);
    assertThat(services.get(KeyReader.class).read(admin(), id).generation())
        .isEqualTo(GENERATIONS + ROTATIONS);
  }
}
