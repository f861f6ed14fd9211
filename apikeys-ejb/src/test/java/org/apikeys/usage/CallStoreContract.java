package org.apikeys.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.KeyReader;
import org.apikeys.key.Orders;
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
  default void writesABatchWholeOrNotAtAll() {
    TestServices services = new TestServices(store().emptied());
    CallRecorder recorder = services.get(CallRecorder.class);
    recorder.record(Calls.allowed(1, 7));
    recorder.record(Calls.allowed(1, 7));

    assertThatThrownBy(recorder::flush).isInstanceOf(RuntimeException.class);
    assertThat(store().number("SELECT COUNT(*) FROM usage_call")).isZero();
    assertThat(store().number("SELECT COUNT(*) FROM usage_total")).isZero();
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
}
