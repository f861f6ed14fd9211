package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.limit.CreditRule.Refill;
import org.apikeys.limit.GateRules.Quota;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Limits beyond plain windows, and credits, on a real store. */
interface GateContract {
  long KEY = 7;
  Credits.Why WHY = new Credits.Why("admin", "a test");

  TestStore store();

  private static GateRules rules(
      Bucket.@Nullable Shape upload,
      long bytesPerDay,
      long concurrent,
      Map<String, Quota> meters,
      boolean credits) {
    return new GateRules(
        WindowLimits.UNLIMITED,
        Algorithm.FIXED,
        0,
        0,
        upload,
        upload,
        bytesPerDay,
        concurrent,
        meters,
        credits);
  }

  private static DecisionCode call(TestServices services, GateRules rules, Ask ask) {
    return gate(services, rules).tryTake(ask, now(services)).code();
  }

  private static Gate gate(TestServices services, GateRules rules) {
    return gate(services, KEY, rules);
  }

  private static Gate gate(TestServices services, long key, GateRules rules) {
    Gate gate = services.get(Counters.class).gate(key, rules);
    assertThat(gate).isNotNull();
    return gate;
  }

  private static long now(TestServices services) {
    return services.get(SteadyTime.class).millis();
  }

  @Test
  default void holdsAsManyOpenCallsAsMayBe() {
    TestServices services = new TestServices(store().emptied());
    GateRules rules = rules(null, 0, 2, Map.of(), false);
    assertThat(call(services, rules, new Ask(1, 1, 0))).isEqualTo(DecisionCode.VALID);
    assertThat(call(services, rules, new Ask(2, 1, 0))).isEqualTo(DecisionCode.VALID);
    assertThat(call(services, rules, new Ask(3, 1, 0)))
        .isEqualTo(DecisionCode.CONCURRENCY_EXCEEDED);

    gate(services, rules).report(new Spent(1, null, null, Map.of()), now(services));
    gate(services, rules).report(new Spent(1, null, null, Map.of()), now(services));
    assertThat(call(services, rules, new Ask(4, 1, 0))).isEqualTo(DecisionCode.VALID);
    assertThat(call(services, rules, new Ask(5, 1, 0)))
        .as("an end that is told twice ends one call")
        .isEqualTo(DecisionCode.CONCURRENCY_EXCEEDED);

    services.clock().forward(services.settings().openCallLimit());
    assertThat(call(services, rules, new Ask(6, 1, 0)))
        .as("after a time")
        .isEqualTo(DecisionCode.VALID);
  }

  @Test
  default void aTightenedKeyBurstsNoMoreThanThePartOfItThatCounts() {
    TestServices services = new TestServices(store().emptied());
    GateRules rules =
        new GateRules(
            new WindowLimits(10, WindowLimits.NONE, WindowLimits.NONE, WindowLimits.NONE),
            Algorithm.FIXED,
            20,
            60_000,
            null,
            null,
            0,
            0,
            Map.of(),
            false);
    services.get(Counters.class).of(KEY).adapt(new Adaptation(50, "volume"));
    for (int call = 1; call <= 10; call++) {
      assertThat(call(services, rules, new Ask(call, 1, 0))).isEqualTo(DecisionCode.VALID);
    }
    assertThat(call(services, rules, new Ask(11, 1, 0))).isEqualTo(DecisionCode.RATE_LIMITED);
  }

  @Test
  default void owesWhatWasMovedUntilItIsPaidOff() {
    TestServices services = new TestServices(store().emptied());
    GateRules rules = rules(new Bucket.Shape(1_000, 1_000, 1_000), 5_000, 0, Map.of(), false);
    assertThat(call(services, rules, new Ask(1, 1, 3_000))).isEqualTo(DecisionCode.VALID);
    assertThat(call(services, rules, new Ask(2, 1, 1))).isEqualTo(DecisionCode.BANDWIDTH_EXCEEDED);
    services.clock().forward(Duration.ofSeconds(2));
    assertThat(call(services, rules, new Ask(3, 1, 1))).isEqualTo(DecisionCode.BANDWIDTH_EXCEEDED);
    services.clock().forward(Duration.ofMillis(100));
    assertThat(call(services, rules, new Ask(4, 1, 0))).isEqualTo(DecisionCode.VALID);

    gate(services, rules).report(new Spent(4, 0L, 1_500L, Map.of()), now(services));
    assertThat(call(services, rules, new Ask(5, 1, 0)))
        .as("what came down counts when it is told")
        .isEqualTo(DecisionCode.BANDWIDTH_EXCEEDED);
    services.clock().forward(Duration.ofSeconds(5));
    Outcome day = gate(services, rules).tryTake(new Ask(6, 1, 600), now(services));
    assertThat(day.code()).as("of the day").isEqualTo(DecisionCode.BANDWIDTH_EXCEEDED);
    assertThat(Instant.ofEpochMilli(day.retryAtMillis())).isEqualTo("2026-03-02T00:00:00Z");
    services.clock().set(Instant.parse("2026-03-02T00:00:00Z"));
    assertThat(call(services, rules, new Ask(7, 1, 600))).isEqualTo(DecisionCode.VALID);
  }

  @Test
  default void countsMetersInWindowsOfTheCalendar() {
    TestServices services = new TestServices(store().emptied());
    Interval month = Interval.parse("P1M");
    GateRules rules =
        rules(
            null,
            0,
            0,
            Map.of("db_queries", new Quota(10, month), "cost", new Quota(100, null)),
            false);
    assertThat(call(services, rules, new Ask(1, 90, 0))).isEqualTo(DecisionCode.VALID);
    assertThat(call(services, rules, new Ask(2, 11, 0))).isEqualTo(DecisionCode.QUOTA_EXCEEDED);
    gate(services, rules)
        .report(new Spent(1, null, null, Map.of("db_queries", 12L, "other", 5L)), now(services));
    assertThat(call(services, rules, new Ask(3, 1, 0))).isEqualTo(DecisionCode.QUOTA_EXCEEDED);
    services.get(Counters.class).flush();

    TestServices restarted = new TestServices(store());
    assertThat(call(restarted, rules, new Ask(4, 1, 0)))
        .as("a restart gives nobody a fresh month")
        .isEqualTo(DecisionCode.QUOTA_EXCEEDED);
    assertThat(gate(restarted, rules).standing(null, now(restarted)).meters())
        .contains(new Gate.MeterState("db_queries", 10, 12, Instant.parse("2026-04-01T00:00:00Z")));
    restarted.clock().set(Instant.parse("2026-04-01T00:00:00Z"));
    assertThat(call(restarted, rules, new Ask(5, 10, 0))).isEqualTo(DecisionCode.VALID);
    assertThat(call(restarted, rules, new Ask(6, 1, 0)))
        .as("for all its life")
        .isEqualTo(DecisionCode.QUOTA_EXCEEDED);
  }

  @Test
  default void keepsWhatHasChangedSinceItWasKept() {
    TestServices services = new TestServices(store().emptied());
    GateRules rules =
        rules(null, 0, 0, Map.of("cost", new Quota(100, Interval.parse("P1M"))), false);
    Counters counters = services.get(Counters.class);
    assertThat(call(services, rules, new Ask(1, 40, 0))).isEqualTo(DecisionCode.VALID);
    for (long other = 12; other > KEY; other--) {
      gate(services, other, rules).tryTake(new Ask(1, other, 0), now(services));
    }
    counters.flush();
    assertThat(call(services, rules, new Ask(2, 50, 0))).isEqualTo(DecisionCode.VALID);
    gate(services, 9, rules).tryTake(new Ask(2, 1, 0), now(services));
    counters.flush();

    TestServices restarted = new TestServices(store());
    assertThat(call(restarted, rules, new Ask(3, 11, 0))).isEqualTo(DecisionCode.QUOTA_EXCEEDED);
    assertThat(call(restarted, rules, new Ask(4, 10, 0))).isEqualTo(DecisionCode.VALID);
    for (long other = 8; other <= 12; other++) {
      assertThat(gate(restarted, other, rules).standing(null, now(restarted)).meters())
          .extracting(Gate.MeterState::used)
          .containsExactly(other == 9 ? 10 : other);
    }
  }

  @Test
  default void paysExactlyUnderParallelCalls() throws Exception {
    TestServices services = new TestServices(store().emptied());
    services.get(Credits.class).open(KEY, new CreditRule(60L, null), WHY);
    GateRules rules = rules(null, 0, 0, Map.of(), true);
    List<Callable<DecisionCode>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      calls.add(() -> call(services, rules, new Ask(0, 1, 0)));
    }
    ExecutorService threads = Executors.newFixedThreadPool(16);
    List<DecisionCode> codes = new ArrayList<>();
    try {
      for (Future<DecisionCode> code : threads.invokeAll(calls)) {
        codes.add(code.get());
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(codes.stream().filter(DecisionCode.VALID::equals)).hasSize(60);
    assertThat(codes.stream().filter(DecisionCode.CREDITS_EXHAUSTED::equals)).hasSize(40);
    assertThat(services.get(Credits.class).look(KEY).balance()).isZero();
  }

  @Test
  default void aRefusedCallIsNotPaidFor() {
    TestServices services = new TestServices(store().emptied());
    services.get(Credits.class).open(KEY, new CreditRule(5L, null), WHY);
    GateRules rules = rules(null, 0, 1, Map.of(), true);
    assertThat(call(services, rules, new Ask(1, 2, 0))).isEqualTo(DecisionCode.VALID);
    assertThat(call(services, rules, new Ask(2, 2, 0)))
        .isEqualTo(DecisionCode.CONCURRENCY_EXCEEDED);
    gate(services, rules).report(new Spent(1, null, null, Map.of()), now(services));
    Outcome costly = gate(services, rules).tryTake(new Ask(3, 4, 0), now(services));
    assertThat(costly.code()).isEqualTo(DecisionCode.CREDITS_EXHAUSTED);
    assertThat(costly.credits()).isEqualTo(new CreditState(3, null));
    assertThat(gate(services, rules).look(new Ask(4, 4, 0), now(services)).refusals())
        .isEqualTo(Set.of(DecisionCode.CREDITS_EXHAUSTED));
    assertThat(call(services, rules, new Ask(5, 3, 0)))
        .as("a call that was refused is not open")
        .isEqualTo(DecisionCode.VALID);
  }

  @Test
  default void fillsUpOnTheCalendar() {
    TestServices services = new TestServices(store().emptied());
    services.clock().set(Instant.parse("2027-01-31T10:00:00Z"));
    Credits credits = services.get(Credits.class);
    credits.open(KEY, new CreditRule(10L, new Refill(10L, "P1M")), WHY);
    assertThat(credits.take(KEY, 7).state())
        .isEqualTo(new CreditState(3, Instant.parse("2027-02-28T10:00:00Z")));
    services.clock().set(Instant.parse("2027-02-28T09:59:59Z"));
    assertThat(credits.take(KEY, 4).taken()).isFalse();
    services.clock().set(Instant.parse("2027-02-28T10:00:00Z"));
    assertThat(credits.take(KEY, 4).state())
        .isEqualTo(new CreditState(6, Instant.parse("2027-03-31T10:00:00Z")));
    credits.add(KEY, 100, WHY);
    services.clock().set(Instant.parse("2028-01-01T00:00:00Z"));
    assertThat(credits.look(KEY))
        .as("what was topped up stays")
        .isEqualTo(new CreditState(106, Instant.parse("2028-01-31T10:00:00Z")));
    assertThat(credits.ledger(KEY, 1, 10).items())
        .extracting(Credits.Entry::kind)
        .containsExactly("topped_up", "refilled", "opened");
  }

  @Test
  default void keepsALedger() {
    TestServices services = new TestServices(store().emptied());
    Credits credits = services.get(Credits.class);
    credits.open(KEY, new CreditRule(10L, null), WHY);
    assertThat(credits.add(KEY, -11, WHY)).isEmpty();
    assertThat(credits.add(KEY, CreditRule.MOST, WHY)).isEmpty();
    assertThat(credits.add(KEY, -4, WHY)).contains(new Credits.Moved(10, 6));
    assertThat(credits.set(KEY, 50, new Credits.Why("eve", null)))
        .contains(new Credits.Moved(6, 50));
    credits.close(KEY, WHY);
    assertThat(credits.take(KEY, 1).taken()).isFalse();
    assertThat(credits.ledger(KEY, 1, 2).total()).isEqualTo(4);
    assertThat(credits.ledger(KEY, 1, 4).items())
        .extracting(Credits.Entry::kind, Credits.Entry::amount, Credits.Entry::by)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("closed", -50L, "admin"),
            org.assertj.core.groups.Tuple.tuple("adjusted", 44L, "eve"),
            org.assertj.core.groups.Tuple.tuple("adjusted", -4L, "admin"),
            org.assertj.core.groups.Tuple.tuple("opened", 10L, "admin"));
  }
}
