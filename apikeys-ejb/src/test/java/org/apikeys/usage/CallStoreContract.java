package org.apikeys.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeyFilter;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.KeyReader;
import org.apikeys.key.Orders;
import org.apikeys.key.SecretKeeper;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** Calls rest whole, and every sum of them is right. */
interface CallStoreContract {
  TestStore store();

  @Test
  default void countsExactly() {
    TestServices services = new TestServices(store().emptied());
    IssuedKey key = services.get(KeyIssuer.class).issue(Orders.admin(), Orders.aKey("counted"));
    long id = key.view().id();
    CallRecorder recorder = services.get(CallRecorder.class);
    for (int round = 0; round < 2; round++) {
      for (int i = 1; i <= 3; i++) {
        recorder.record(Calls.allowed(round * 10 + i, id));
      }
      recorder.record(Calls.of(round * 10 + 4, id, DecisionCode.RATE_LIMITED));
      recorder.flush();
    }

    assertThat(services.get(KeyReader.class).read(Orders.admin(), id))
        .satisfies(
            seen -> {
              assertThat(seen.usageCount()).isEqualTo(6);
              assertThat(seen.deniedCount()).isEqualTo(2);
              assertThat(seen.lastUsedAt()).isNotNull();
            });
    assertThat(store().number("SELECT allowed FROM api_key_count")).as("not rolled up").isZero();
    while (services.get(RollUps.class).advance() > 0) {
      // until nothing waits
    }
    assertThat(store().number("SELECT allowed FROM api_key_count")).isEqualTo(6);
    assertThat(store().number("SELECT denied FROM api_key_count")).isEqualTo(2);
    assertThat(store().number("SELECT last_used_at FROM api_key_count")).isEqualTo(1_000_013);
    assertThat(store().number("SELECT request_count FROM key_secret")).isEqualTo(6);
    assertThat(store().number("SELECT last_used_at FROM key_secret")).isEqualTo(1_000_013);
    UsageReader reader = services.get(UsageReader.class);
    assertThat(reader.totals(1)).isEqualTo(new UsageReader.Totals(6, 75.0, 0.001));
    assertThat(reader.totalsOfKeys(List.of(id))).isEqualTo(reader.totals(1));
    assertThat(reader.latest(id, 3))
        .extracting(UsageReader.ShownCall::id)
        .containsExactly(14L, 13L, 12L);
  }

  @Test
  default void countsAKeyByAllItsSecrets() {
    TestServices services = new TestServices(store().emptied());
    IssuedKey key = services.get(KeyIssuer.class).issue(Orders.admin(), Orders.aKey("turned"));
    long id = key.view().id();
    CallRecorder recorder = services.get(CallRecorder.class);
    recorder.record(Calls.allowed(12, id));
    recorder.flush();
    services.get(SecretKeeper.class).rotate(Orders.admin(), id, Duration.ofHours(1), null);
    recorder.record(Calls.with(2, 11, id));
    recorder.flush();

    KeyReader reader = services.get(KeyReader.class);
    assertThat(reader.read(Orders.admin(), id).usageCount()).isEqualTo(2);
    assertThat(reader.list(Orders.admin(), KeyFilter.LATEST_USED, 1, 10).items())
        .singleElement()
        .satisfies(
            seen -> {
              assertThat(seen.usageCount()).isEqualTo(2);
              assertThat(seen.lastUsedAt()).isEqualTo(Instant.ofEpochMilli(1_000_012));
            });
  }

  @Test
  default void completesACallWithWhatIsReported() {
    TestServices services = new TestServices(store().emptied());
    CallRecorder recorder = services.get(CallRecorder.class);
    recorder.record(Calls.allowed(1, 7));
    recorder.complete(new Completion(1, 7, 1, null, "POST", 500, 3_000L, null, 9L, null));
    recorder.complete(new Completion(1, 8, 1, "/stolen", null, 200, null, null, null, null));
    recorder.flush();

    assertThat(services.get(UsageReader.class).latest(7, 10))
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.endpoint()).isEqualTo("/agents");
              assertThat(call.method()).isEqualTo("POST");
              assertThat(call.statusCode()).isEqualTo(500);
              assertThat(call.responseTime()).isEqualTo(0.003);
              assertThat(call.bytesIn()).isEqualTo(5);
              assertThat(call.bytesOut()).isEqualTo(9);
              assertThat(call.ip()).isEqualTo("192.0.2.1");
            });
  }

  @Test
  default void completesACallOnceWhicheverNodeIsTold() {
    TestServices one = new TestServices(store().emptied());
    TestServices other = new TestServices(store());
    one.get(CallRecorder.class).record(Calls.allowed(1, 7));
    one.get(CallRecorder.class).flush();
    for (TestServices node : List.of(one, other, new TestServices(store()))) {
      CallRecorder recorder = node.get(CallRecorder.class);
      recorder.complete(new Completion(1, 7, 1, null, null, 500, 3_000L, 40L, 9L, null));
      recorder.complete(new Completion(1, 8, 1, "/stolen", null, 200, 9_000L, 70L, 70L, null));
      recorder.flush();
    }
    one.get(RollUps.class).advance();

    assertThat(store().column("SELECT SUM(bytes_in) FROM usage_rollup WHERE kind = 'all'"))
        .as("in minutes, quarters, hours and days, by key and organization")
        .extracting(sum -> ((Number) sum).longValue() / (2L * Grain.values().length))
        .containsExactly(40L);
    assertThat(store().number("SELECT response_micros FROM usage_total")).isEqualTo(1_000 + 3_000);
    assertThat(store().number("SELECT COUNT(*) FROM usage_total")).isEqualTo(1);
  }

  @Test
  default void writesABatchWholeOrNotAtAll() {
    TestServices services = new TestServices(store().emptied());
    CallRecorder recorder = services.get(CallRecorder.class);
    recorder.record(Calls.allowed(1, 7));
    recorder.record(Calls.allowed(1, 7));

    assertThatThrownBy(recorder::flush).isInstanceOf(RuntimeException.class);
    assertThat(store().number("SELECT COUNT(*) FROM usage_call")).isZero();
    assertThat(store().number("SELECT COUNT(*) FROM usage_batch")).isZero();
  }

  @Test
  default void givesNoNumberTwice() {
    CallIds one = new TestServices(store().emptied()).get(CallIds.class);
    CallIds other = new TestServices(store()).get(CallIds.class);
    one.reserve();
    other.reserve();

    assertThat(one.next()).isPositive();
    assertThat(other.next()).isPositive().isNotEqualTo(one.next());
  }

  /** Details of a call of each key, made in 1970. */
  private TestServices oldCalls(long... keys) {
    TestServices services = new TestServices(store().emptied());
    CallRecorder recorder = services.get(CallRecorder.class);
    for (long key : keys) {
      recorder.record(Calls.allowed(key, key));
    }
    recorder.flush();
    return services;
  }

  private void hold(long organization, String subject, String from, String to) {
    store()
        .execute(
            "INSERT INTO legal_hold (id, organization_id, name, reason, subject, from_time,"
                + " to_time, created_by, created_at) VALUES ("
                + (organization + 100 + ", " + organization + ", 'case', 'letter', " + subject)
                + (", " + from + ", " + to + ", 'alice', 0)"));
  }

  private List<Object> keysLeft() {
    return store().column("SELECT api_key_id FROM usage_call ORDER BY api_key_id");
  }

  @Test
  default void deletesDetailsThatRetentionLetsGoAndKeepsTheCounts() {
    TestServices services = oldCalls(7, 8);
    services
        .get(CallRecorder.class)
        .record(Calls.at(9, 9, services.clock().instant().minusSeconds(60)));
    services.get(CallRecorder.class).flush();
    assertThat(services.get(CallRetention.class).prune()).isFalse();
    assertThat(keysLeft()).containsExactly(9L);
    services.get(RollUps.class).advance();
    assertThat(store().number("SELECT COUNT(*) FROM usage_total")).isEqualTo(3);
  }

  @Test
  default void deletesNothingThatAHoldKeeps() {
    TestServices services = oldCalls(7, 8);
    hold(1, "'key-7'", "NULL", "NULL");
    services.get(CallRetention.class).prune();
    assertThat(keysLeft()).containsExactly(7L);

    services = oldCalls(7, 8);
    hold(1, "NULL", "0", "1000008");
    services.get(CallRetention.class).prune();
    assertThat(keysLeft()).as("made before the end of the hold").containsExactly(7L);

    services = oldCalls(7, 8);
    hold(2, "NULL", "NULL", "NULL");
    services.get(CallRetention.class).prune();
    assertThat(keysLeft()).as("another organization's hold").isEmpty();
  }

  @Test
  default void keepsWhatKeysOfAHeldPersonDid() {
    // no number that a key of hers could get
    TestServices services = oldCalls(1_000_000);
    store().addPerson(5, TestStore.DEFAULT, "Alice", "developer");
    long key =
        services
            .get(KeyIssuer.class)
            .issue(Orders.person(5, "Alice", 1, "admin"), Orders.aKey("hers"))
            .view()
            .id();
    services.get(CallRecorder.class).record(Calls.allowed(key + 1_000, key));
    services.get(CallRecorder.class).flush();
    hold(1, "'user-5'", "NULL", "NULL");
    services.get(CallRetention.class).prune();
    assertThat(keysLeft()).containsExactly(key);
  }

  /** Even with a plan from when there were none: it is done in the time of others' reports. */
  @Test
  default void looksAtEachCallOnceToForgetIt() {
    TestServices services = oldCalls(1);
    services
        .get(CallRecorder.class)
        .record(Calls.at(2, 2, services.clock().instant().minusSeconds(60)));
    services.get(CallRecorder.class).flush();
    CallRetention retention = services.get(CallRetention.class);
    long calls = 2;
    for (; calls < 32_768; calls *= 2) {
      store()
          .execute(
              "INSERT INTO usage_call (id, api_key_id, organization_id, generation, code,"
                  + (" status_code, made_at) SELECT id + " + calls + ", api_key_id,")
                  + " organization_id, generation, code, status_code, made_at FROM usage_call");
    }
    assertTimeout(
        Duration.ofSeconds(20),
        () -> {
          while (retention.prune()) {
            // the next five thousand
          }
        });
    assertThat(store().number("SELECT COUNT(*) FROM usage_call")).isEqualTo(calls / 2);
  }
}
