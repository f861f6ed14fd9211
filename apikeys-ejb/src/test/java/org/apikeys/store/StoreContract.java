package org.apikeys.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.store.IdempotentCalls.Outcome;
import org.junit.jupiter.api.Test;

/** Leases and calls that are made once. */
interface StoreContract {
  /** The store to be tested. */
  TestStore store();

  @Test
  default void givesALeaseToOneNodeAtATime() {
    TestServices services = new TestServices(store().emptied());
    Leases leases = services.get(Leases.class);

    assertThat(leases.tryAcquire("housekeeping", Duration.ofSeconds(10))).isTrue();
    assertThat(leases.tryAcquire("housekeeping", Duration.ofSeconds(10))).as("prolongs").isTrue();
    store().execute("UPDATE lease SET holder = 'another node' WHERE name = 'housekeeping'");
    assertThat(leases.tryAcquire("housekeeping", Duration.ofSeconds(10))).isFalse();
    services.clock().forward(Duration.ofMillis(10_001));
    assertThat(leases.tryAcquire("housekeeping", Duration.ofSeconds(10))).isTrue();
  }

  @Test
  default void waitsForNoLeaseThatWasTakenByAClockThatWasWrong() {
    TestServices services = new TestServices(store().emptied());
    Leases leases = services.get(Leases.class);
    Duration length = Duration.ofSeconds(10);
    services.clock().forward(Duration.ofHours(1));
    leases.tryAcquire("housekeeping", length);
    store().execute("UPDATE lease SET holder = 'a node that died'");

    services.clock().forward(Duration.ofMinutes(-1));
    assertThat(leases.tryAcquire("housekeeping", length)).as("clocks differ a little").isFalse();
    services.clock().forward(Duration.ofMillis(-1));
    assertThat(leases.tryAcquire("housekeeping", length)).isTrue();
  }

  @Test
  default void releasesOnlyItsOwnLease() {
    TestServices services = new TestServices(store().emptied());
    Leases leases = services.get(Leases.class);
    long end = services.clock().millis() + 10_000;

    leases.tryAcquire("housekeeping", Duration.ofSeconds(10));
    leases.releaseAll();
    assertThat(store().number("SELECT ends_at FROM lease WHERE name = 'housekeeping'")).isZero();
    store().execute("UPDATE lease SET holder = 'another', ends_at = " + end);
    leases.releaseAll();
    leases.release("housekeeping");
    assertThat(store().number("SELECT ends_at FROM lease WHERE name = 'housekeeping'"))
        .isEqualTo(end);
    store().execute("UPDATE lease SET holder = '" + Leases.NODE + "'");
    leases.release("housekeeping");
    assertThat(store().number("SELECT ends_at FROM lease WHERE name = 'housekeeping'")).isZero();
  }

  @Test
  default void knowsNoLeaseThatNobodyMade() {
    Leases leases = new TestServices(store().emptied()).get(Leases.class);

    assertThat(leases.tryAcquire("unheard of", Duration.ofSeconds(1))).isFalse();
  }

  @Test
  default void makesACallOnce() {
    IdempotentCalls calls = new TestServices(store().emptied()).get(IdempotentCalls.class);
    AtomicInteger made = new AtomicInteger();

    Outcome first = calls.once("admin", "k", "f", () -> outcome(made));
    Outcome second = calls.once("admin", "k", "f", () -> outcome(made));

    assertThat(made).hasValue(1);
    assertThat(first.once()).isEqualTo("secret");
    assertThat(second).isEqualTo(new Outcome(201, "/1", "{\"made\":1}", null));
  }

  @Test
  default void refusesAnotherRequestUnderTheSameKey() {
    IdempotentCalls calls = new TestServices(store().emptied()).get(IdempotentCalls.class);
    AtomicInteger made = new AtomicInteger();
    calls.once("admin", "k", "f", () -> outcome(made));

    assertThatThrownBy(() -> calls.once("admin", "k", "another", () -> outcome(made)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.type()).isEqualTo(ProblemType.IDEMPOTENCY_MISMATCH));
    calls.once("another caller", "k", "another", () -> outcome(made));
    assertThat(made).hasValue(2);
  }

  @Test
  default void forgetsACallThatFailed() {
    IdempotentCalls calls = new TestServices(store().emptied()).get(IdempotentCalls.class);
    AtomicInteger made = new AtomicInteger();

    assertThatThrownBy(
            () ->
                calls.once(
                    "admin",
                    "k",
                    "f",
                    () -> {
                      throw ProblemException.notFound("thing");
                    }))
        .isInstanceOf(ProblemException.class);
    calls.once("admin", "k", "f", () -> outcome(made));

    assertThat(made).hasValue(1);
  }

  @Test
  default void forgetsACallAfterADay() {
    TestServices services = new TestServices(store().emptied());
    IdempotentCalls calls = services.get(IdempotentCalls.class);
    calls.once("admin", "k", "f", () -> outcome(new AtomicInteger()));

    services.clock().forward(Duration.ofHours(24));
    calls.prune();
    assertThat(store().number("SELECT COUNT(*) FROM idempotent_call")).isEqualTo(1);
    services.clock().forward(Duration.ofMillis(1));
    calls.prune();
    assertThat(store().number("SELECT COUNT(*) FROM idempotent_call")).isZero();
  }

  @Test
  default void makesConcurrentDuplicatesOnce() throws Exception {
    IdempotentCalls calls = new TestServices(store().emptied()).get(IdempotentCalls.class);
    AtomicInteger made = new AtomicInteger();
    CyclicBarrier together = new CyclicBarrier(2);
    Callable<Outcome> call =
        () -> {
          together.await();
          try {
            return calls.once("admin", "k", "f", () -> slowOutcome(made));
          } catch (RuntimeException e) {
            // as the door does: the one that came second finds what the first has made
            return calls.once("admin", "k", "f", () -> slowOutcome(made));
          }
        };
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<Outcome> one = threads.submit(call);
      Future<Outcome> other = threads.submit(call);

      assertThat(one.get().kept()).isEqualTo(other.get().kept());
      // a transaction that lost may have begun the call, and was rolled back whole
      assertThat(store().column("SELECT status FROM idempotent_call")).containsExactly(201L);
      assertThat(made).hasValue(1);
    } finally {
      threads.shutdownNow();
    }
  }

  private static Outcome outcome(AtomicInteger made) {
    return new Outcome(201, "/1", "{\"made\":" + made.incrementAndGet() + "}", "secret");
  }

  private static Outcome slowOutcome(AtomicInteger made) {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return outcome(made);
  }
}
