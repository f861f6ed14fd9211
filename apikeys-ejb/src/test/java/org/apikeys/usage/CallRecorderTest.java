package org.apikeys.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apikeys.setting.Settings;
import org.junit.jupiter.api.Test;

class CallRecorderTest {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  /** Keeps what is written, unless it is away. */
  private static final class Kept extends CallStore {
    final List<Call> calls = new ArrayList<>();
    final List<Completion> completions = new ArrayList<>();
    long allowed;
    long recent;
    boolean away;
    final UsageBatch rolledUp = new UsageBatch();
    private final AtomicLong blocks = new AtomicLong();

    @Override
    public long nextBlock() {
      return blocks.incrementAndGet();
    }

    @Override
    public void write(CallBatch taken, List<Completion> finished) {
      if (away) {
        throw new IllegalStateException("the store is away");
      }
      taken.counts().forEach(one -> allowed += one.allowed());
      taken.counts().forEach(one -> recent += one.recent());
      calls.addAll(taken.details());
      completions.addAll(finished);
      rolledUp.add(taken.sums());
    }

    long micros() {
      return rolledUp.cells().values().stream().mapToLong(one -> one.micros).sum();
    }

    /** The requests in the sums, whatever was kept of their details. */
    long summed() {
      return rolledUp.cells().values().stream().mapToLong(one -> one.requests).sum();
    }
  }

  private final Kept kept = new Kept();

  private CallRecorder recorder(int detailsPerSecond) {
    Settings settings =
        new Settings(
            name ->
                name.equals("apikeys.usage.details-per-second")
                    ? Optional.of(Integer.toString(detailsPerSecond))
                    : Optional.empty());
    return new CallRecorder(
        kept, new CallFold(new Geography(settings), settings, Clock.fixed(NOW, ZoneOffset.UTC)));
  }

  @Test
  void countsEveryCallWhileItFlushes() throws InterruptedException {
    CallRecorder recorder = recorder(1_000_000);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    for (int thread = 0; thread < 4; thread++) {
      long from = thread * 100_000L;
      threads.execute(
          () -> {
            for (int i = 1; i <= 50_000; i++) {
              recorder.record(Calls.allowed(from + i, i % 7));
            }
          });
    }
    threads.shutdown();
    while (!threads.awaitTermination(1, TimeUnit.MILLISECONDS)) {
      recorder.flush();
    }
    recorder.flush();

    assertThat(kept.allowed).isEqualTo(200_000);
    assertThat(kept.summed()).isEqualTo(200_000);
    assertThat(kept.micros()).isEqualTo(200_000_000);
    assertThat(kept.calls.size() + recorder.shed()).isEqualTo(200_000);
  }

  @Test
  void writesEveryCallThatWasTakenBeforeTheStopAndTakesNoneAfterIt() throws InterruptedException {
    CallRecorder recorder = recorder(1_000_000);
    AtomicLong taken = new AtomicLong();
    AtomicLong made = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    for (int thread = 0; thread < 4; thread++) {
      threads.execute(
          () -> {
            long id = made.incrementAndGet();
            while (recorder.record(Calls.allowed(id, 7))) {
              taken.incrementAndGet();
              id = made.incrementAndGet();
            }
          });
    }
    while (taken.get() < 10_000) {
      Thread.onSpinWait();
    }
    recorder.stop();
    recorder.flush();
    long written = kept.allowed;
    threads.shutdown();
    assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();

    assertThat(written).isBetween(taken.get(), made.get());
    assertThat(recorder.record(Calls.allowed(1, 7))).isFalse();
    assertThat(recorder.complete(completion(1, 7))).isEqualTo(CallRecorder.Taken.NOT);
  }

  @Test
  void putsBackWhatWasNotWritten() {
    CallRecorder recorder = recorder(1_000);
    recorder.record(Calls.allowed(1, 7));
    recorder.complete(new Completion(1, 7, 1, null, null, null, null, null, null, null));
    kept.away = true;
    assertThatThrownBy(recorder::flush).hasMessage("the store is away");
    recorder.record(Calls.allowed(2, 7));
    kept.away = false;
    recorder.flush();

    assertThat(kept.allowed).isEqualTo(2);
    assertThat(kept.summed()).isEqualTo(2);
    assertThat(kept.calls).extracting(Call::id).containsExactlyInAnyOrder(1L, 2L);
    assertThat(kept.completions).hasSize(1);
    recorder.flush();
    assertThat(kept.allowed).isEqualTo(2);
  }

  @Test
  void tellsWhichCallsAreOfNow() {
    CallRecorder recorder = recorder(10);
    recorder.record(Calls.at(1, 7, NOW.minusSeconds(61)));
    recorder.record(Calls.at(2, 7, NOW.minusSeconds(59)));
    kept.away = true;
    assertThatThrownBy(recorder::flush).hasMessage("the store is away");
    recorder.record(Calls.at(3, 7, NOW));
    recorder.record(Calls.at(4, 8, NOW));
    kept.away = false;
    recorder.flush();

    assertThat(kept.allowed).isEqualTo(4);
    assertThat(kept.recent).as("without what could not be told in time").isEqualTo(2);
  }

  @Test
  void takesNoMoreDetailsThanThereIsRoomForWhileTheStoreIsAway() {
    CallRecorder recorder = recorder(2);
    kept.away = true;
    for (int i = 1; i <= 4; i++) {
      recorder.record(Calls.allowed(i, 7));
      assertThatThrownBy(recorder::flush).hasMessage("the store is away");
    }
    kept.away = false;
    recorder.flush();

    assertThat(kept.allowed).isEqualTo(4);
    assertThat(kept.calls).extracting(Call::id).containsExactly(1L, 2L);
    assertThat(recorder.shed()).isEqualTo(2);
  }

  @Test
  void keepsTheLatestDetailsOfAKeyThatIsCalledOften() {
    CallRecorder recorder = recorder(1_000_000);
    for (int i = 1; i <= 105; i++) {
      recorder.record(Calls.allowed(i, 7));
    }
    recorder.record(Calls.allowed(106, 8));
    recorder.flush();

    assertThat(kept.allowed).isEqualTo(106);
    assertThat(kept.calls).hasSize(101);
    assertThat(kept.calls).extracting(Call::id).contains(6L, 105L, 106L).doesNotContain(5L);
    assertThat(recorder.shed()).isEqualTo(5);
  }

  @Test
  void shedsDetailsAndNoCounts() {
    CallRecorder recorder = recorder(20);
    for (int i = 1; i <= 100; i++) {
      recorder.record(Calls.allowed(i, 7));
    }
    recorder.flush();

    assertThat(kept.allowed).isEqualTo(100);
    assertThat(kept.summed()).isEqualTo(100);
    assertThat(kept.calls).as("of a second").hasSize(20);
    assertThat(recorder.shed()).isEqualTo(80);
    recorder.record(Calls.allowed(101, 7));
    recorder.flush();
    assertThat(kept.calls).hasSize(21);
  }

  @Test
  void countsACallWithoutANumber() {
    CallRecorder recorder = recorder(20);
    recorder.record(Calls.allowed(0, 7));
    recorder.flush();

    assertThat(kept.allowed).isEqualTo(1);
    assertThat(kept.calls).isEmpty();
  }

  private static Completion completion(long call, long key) {
    return new Completion(call, key, 1, null, null, null, null, null, null, null);
  }

  @Test
  void takesOnlySoManyCompletions() {
    CallRecorder recorder = recorder(20);
    for (int i = 1; i <= 100_000; i++) {
      assertThat(recorder.complete(completion(i, 7))).isEqualTo(CallRecorder.Taken.NOW);
    }
    assertThat(recorder.complete(completion(100_001, 7))).isEqualTo(CallRecorder.Taken.NOT);
    recorder.flush();
    assertThat(recorder.complete(completion(100_001, 7))).isEqualTo(CallRecorder.Taken.NOW);
  }

  @Test
  void completesACallOnce() {
    CallRecorder recorder = recorder(20);
    assertThat(recorder.complete(completion(1, 7))).isEqualTo(CallRecorder.Taken.NOW);
    assertThat(recorder.complete(completion(1, 7))).isEqualTo(CallRecorder.Taken.BEFORE);
    assertThat(recorder.complete(completion(1, 8))).isEqualTo(CallRecorder.Taken.NOW);
    recorder.flush();
    assertThat(recorder.complete(completion(1, 7))).isEqualTo(CallRecorder.Taken.BEFORE);
    recorder.flush();
    assertThat(kept.completions).hasSize(2);
    recorder.stop();
    assertThat(recorder.complete(completion(2, 7))).isEqualTo(CallRecorder.Taken.NOT);
  }

  @Test
  void numbersCallsInParallelWithoutARepetition() throws InterruptedException {
    CallIds ids = new CallIds(kept);
    assertThat(ids.next()).as("nothing reserved").isZero();
    ids.reserve();
    boolean[] seen = new boolean[300_001];
    AtomicLong repeated = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    for (int thread = 0; thread < 4; thread++) {
      threads.execute(
          () -> {
            for (int i = 0; i < 49_000; i++) {
              int id = (int) ids.next();
              synchronized (seen) {
                if (id == 0 || seen[id]) {
                  repeated.incrementAndGet();
                }
                seen[id] = true;
              }
            }
          });
    }
    threads.shutdown();

    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(repeated).hasValue(0);
  }

  @Test
  void readsTheIdsOfItsDecisionsAndNoOthers() {
    for (long id : new long[] {1, 35, 36, 50_000, 1L << 60}) {
      String decision = CallIds.decisionId(id, 7);
      assertThat(decision).matches("d[0-9a-z]{7,19}");
      assertThat(CallIds.parse(decision, 7)).hasValue(id);
      assertThat(CallIds.parse(decision, 8)).as("another key's").isEmpty();
      assertThat(CallIds.parse(CallIds.decisionId(id, 0), 7)).as("of no key").isEmpty();
      assertThat(CallIds.parse(decision.substring(0, decision.length() - 1), 7)).isEmpty();
      assertThat(CallIds.parse(decision + "0", 7)).isEmpty();
      assertThat(CallIds.parse(decision.toUpperCase(Locale.ROOT), 7)).isEmpty();
    }
    for (String bad :
        new String[] {
          "", "d", "x1", "d0", "d-1", "dzzzzzz", "d0000000", "d1 ", "dzzzzzzzzzzzzzzzzzzz"
        }) {
      assertThat(CallIds.parse(bad, 7)).as(bad).isEmpty();
    }
    assertThat(CallIds.parse(CallIds.decisionId(0, 7), 7)).as("a call without a number").isEmpty();
    assertThat(CallIds.parse(null, 7)).isEmpty();
  }
}
