package org.apikeys.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.apikeys.api.audit.Action;
import org.apikeys.api.tenant.Caller;
import org.apikeys.store.Leases;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** Records get 1, 2, 3 … whoever numbers them. */
interface SequencerContract {
  TestStore store();

  private List<Object> sequences() {
    return store().column("SELECT sequence FROM audit_record ORDER BY sequence");
  }

  private static List<Object> upTo(int records) {
    return LongStream.rangeClosed(1, records).<Object>mapToObj(n -> n).toList();
  }

  @Test
  default void numbersWithoutAGap() {
    TestServices services = new TestServices(store().emptied());
    Sequencer sequencer = services.get(Sequencer.class);
    SomeRecords.deny(services, 503);
    assertThat(sequencer.lag()).isEqualTo(503);

    assertThat(sequencer.sequence()).as("a whole batch").isTrue();
    assertThat(sequencer.sequence()).isFalse();
    SomeRecords.deny(services, 2);
    assertThat(sequencer.sequence()).isFalse();
    assertThat(sequencer.sequence()).isFalse();

    assertThat(sequences()).isEqualTo(upTo(505));
    assertThat(sequencer.lag()).isZero();
    assertThat(store().column("SELECT target_id FROM audit_record ORDER BY sequence").get(502))
        .isEqualTo("key-502");
  }

  @Test
  default void numbersNamesThatAreLongerThanWhatTheyAreFoundBy() {
    TestServices services = new TestServices(store().emptied());
    String host = "a".repeat(199) + "\uD83D\uDD11" + "a".repeat(40);
    SomeRecords.write(
        services,
        List.of(
            AuditEntry.of(Caller.system(), Action.WEBHOOK_CREATED)
                .on("webhook", "1".repeat(120), host)
                .because("nul \0 in it"),
            AuditEntry.of(Caller.system(), Action.USER_CREATED)));

    assertThat(sequences()).isEqualTo(upTo(2));
    assertThat(services.get(Sequencer.class).lag()).isZero();
    assertThat(store().column("SELECT target_name FROM audit_record ORDER BY sequence").get(0))
        .as("cut before the character that has no room")
        .isEqualTo("a".repeat(199));
  }

  @Test
  default void recordsNothingOfAChangeThatFailed() {
    TestServices services = new TestServices(store().emptied());
    AuditLog log = services.get(AuditLog.class);

    assertThatThrownBy(
            () ->
                store()
                    .inTransaction(
                        () -> {
                          log.record(AuditEntry.of(Caller.system(), Action.USER_CREATED));
                          throw new IllegalStateException("rolled back");
                        }))
        .hasMessage("rolled back");

    assertThat(services.get(Sequencer.class).lag()).isZero();
    assertThatThrownBy(() -> log.record(AuditEntry.of(Caller.system(), Action.USER_CREATED)))
        .as("a change without a transaction")
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  default void waitsForTheLeaseOfAnotherNode() {
    TestServices services = new TestServices(store().emptied());
    SomeRecords.deny(services, 1);
    long end = services.clock().millis() + 10_000;
    store()
        .execute(
            "UPDATE lease SET holder = 'another', ends_at = "
                + end
                + " WHERE name = 'audit-sequencer'");

    services.get(Sequencer.class).sequence();
    assertThat(sequences()).isEmpty();
    services.clock().forward(Duration.ofSeconds(11));
    services.get(Sequencer.class).sequence();
    assertThat(sequences()).isEqualTo(upTo(1));
  }

  @Test
  default void numbersOnceWhenTwoRace() throws Exception {
    store().emptied();
    long batches = 15;
    int size = 20;
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<?>> all = new ArrayList<>();
      TestServices writer = new TestServices(store());
      all.add(
          threads.submit(
              () -> {
                for (int i = 0; i < batches; i++) {
                  SomeRecords.deny(writer, size);
                }
              }));
      for (int i = 0; i < 2; i++) {
        // both are this process, so both hold the lease: only the head of the log keeps them apart
        Sequencer racing = new TestServices(store()).get(Sequencer.class);
        all.add(
            threads.submit(
                () -> {
                  for (int turn = 0; turn < 1_000; turn++) {
                    number(racing);
                    if (store().number("SELECT last_sequence FROM audit_head") == batches * size) {
                      return;
                    }
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(sequences()).isEqualTo(upTo((int) batches * size));
    assertThat(new TestServices(store()).get(Sequencer.class).lag()).isZero();
  }

  private static void number(Sequencer sequencer) {
    try {
      sequencer.sequence();
    } catch (RuntimeException e) {
      // the other was first; the timer tries again
    }
  }

  @Test
  default void findsRecordsAsAsked() {
    TestServices services = new TestServices(store().emptied());
    SomeRecords.deny(services, 3);
    services.get(Sequencer.class).sequence();
    AuditReader reader = services.get(AuditReader.class);
    Caller auditor = Caller.system();

    assertThat(reader.list(auditor, filter("key-1", null), 10).events())
        .singleElement()
        .satisfies(record -> assertThat(record.path("sequence").asLong()).isEqualTo(2));
    assertThat(reader.list(auditor, filter("key:key-1", null), 10).events()).hasSize(1);
    assertThat(reader.list(auditor, filter(null, "NAME 2"), 10).events()).hasSize(1);
    assertThat(reader.list(auditor, filter(null, "%"), 10).events()).isEmpty();
    AuditReader.Page first = reader.list(auditor, filter(null, null), 2);
    assertThat(first.events())
        .extracting(one -> one.path("sequence").asInt())
        .containsExactly(3, 2);
    assertThat(first.last()).isEqualTo(2);
    assertThat(reader.read(auditor, 1).path("leaf_hash").asText()).hasSize(44);
    assertThat(services.get(Sequencer.class).lag()).as("looking is recorded").isEqualTo(6);
  }

  private static EventFilter filter(
      @org.jspecify.annotations.Nullable String target,
      @org.jspecify.annotations.Nullable String q) {
    return new EventFilter(null, null, null, null, target, null, q, null);
  }

  @Test
  default void oneNodeTakesTheLeaseForItself() {
    TestServices services = new TestServices(store().emptied());

    assertThat(services.get(Leases.class).tryAcquire("audit-sequencer", Duration.ofSeconds(10)))
        .isTrue();
    assertThat(store().column("SELECT holder FROM lease WHERE name = 'audit-sequencer'"))
        .containsExactly(Leases.NODE);
  }
}
