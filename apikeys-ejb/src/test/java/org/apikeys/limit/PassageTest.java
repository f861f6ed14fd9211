package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.apikeys.api.verify.DecisionCode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each limit to its last call, its last byte and its last unit, and when it takes more. */
class PassageTest {
  private static final long NOW = Instant.parse("2026-03-14T15:09:26Z").toEpochMilli();
  private static final long TOMORROW = Instant.parse("2026-03-15T00:00:00Z").toEpochMilli();
  private static final long NEXT_MONTH = Instant.parse("2026-04-01T00:00:00Z").toEpochMilli();
  private static final long NONE = WindowLimits.NONE;

  private final GateState state = GateState.fresh();
  private final Counter counter = new Counter();

  private static GateRules windows(WindowLimits limits, long burst) {
    return new GateRules(limits, Algorithm.FIXED, burst, 60_000, null, null, 0, 0, Map.of(), false);
  }

  private static GateRules rules(
      Bucket.@Nullable Shape upload,
      Bucket.@Nullable Shape download,
      long bytesPerDay,
      Map<String, GateRules.Quota> meters) {
    return new GateRules(
        WindowLimits.UNLIMITED,
        Algorithm.FIXED,
        0,
        0,
        upload,
        download,
        bytesPerDay,
        0,
        meters,
        false);
  }

  private Passage passage(GateRules rules, Ask ask, long now) {
    return new Passage(rules, state, counter, ask, now);
  }

  private void take(GateRules rules, Ask ask) {
    Passage passage = passage(rules, ask, NOW);
    assertThat(passage.refusal()).isNull();
    passage.take(NOW);
  }

  private static Ask bytes(long bytes) {
    return new Ask(0, 1, bytes);
  }

  @Test
  void aDayTakesItsBytesToTheLastAndNoMore() {
    GateRules rules = rules(null, null, 100, Map.of());
    take(rules, bytes(60));
    assertThat(passage(rules, bytes(41), NOW).refusal()).isEqualTo(DecisionCode.BANDWIDTH_EXCEEDED);
    assertThat(passage(rules, bytes(41), NOW).retryAt(DecisionCode.BANDWIDTH_EXCEEDED))
        .isEqualTo(TOMORROW);
    take(rules, bytes(40));

    assertThat(passage(rules, bytes(0), NOW).refusal()).isEqualTo(DecisionCode.BANDWIDTH_EXCEEDED);
    assertThat(passage(rules, bytes(0), TOMORROW - 1).refusal())
        .isEqualTo(DecisionCode.BANDWIDTH_EXCEEDED);
    assertThat(passage(rules, bytes(100), TOMORROW).refusal()).isNull();
  }

  @Test
  void whatComesBackCountsOnTheSameDay() {
    GateRules rules = rules(null, null, 100, Map.of());
    passage(rules, bytes(0), NOW).move(10, 89, 0);
    assertThat(passage(rules, bytes(1), NOW).refusal()).isNull();
    assertThat(passage(rules, bytes(2), NOW).refusal()).isEqualTo(DecisionCode.BANDWIDTH_EXCEEDED);
  }

  @Test
  void bytesThatAreOwedAreWaitedFor() {
    Bucket.Shape thousand = new Bucket.Shape(1_000, 1_000, 1_000);
    GateRules up = rules(thousand, null, 0, Map.of());
    take(up, bytes(3_000));
    Passage after = passage(up, bytes(0), NOW);
    assertThat(after.refusal()).isEqualTo(DecisionCode.BANDWIDTH_EXCEEDED);
    long at = after.retryAt(DecisionCode.BANDWIDTH_EXCEEDED);
    assertThat(at).isEqualTo(NOW + 2_001);
    assertThat(passage(up, bytes(0), at - 1).refusal()).isEqualTo(DecisionCode.BANDWIDTH_EXCEEDED);
    assertThat(passage(up, bytes(0), at).refusal()).isNull();
  }

  @Test
  void theSlowerOfBothDirectionsIsWaitedFor() {
    Bucket.Shape thousand = new Bucket.Shape(1_000, 1_000, 1_000);
    GateRules both = rules(thousand, thousand, 0, Map.of());
    passage(both, bytes(0), NOW).move(3_000, 6_000, 0);

    assertThat(passage(both, bytes(0), NOW).retryAt(DecisionCode.BANDWIDTH_EXCEEDED))
        .isEqualTo(NOW + 5_001);
  }

  @Test
  void aQuotaIsUsedToItsLastUnit() {
    GateRules rules =
        rules(null, null, 0, Map.of("cost", new GateRules.Quota(10, Interval.parse("P1M"))));
    assertThat(passage(rules, new Ask(0, 11, 0), NOW).refusal())
        .isEqualTo(DecisionCode.QUOTA_EXCEEDED);
    take(rules, new Ask(0, 10, 0));

    Passage none = passage(rules, new Ask(0, 0, 0), NOW);
    assertThat(none.refusal()).isEqualTo(DecisionCode.QUOTA_EXCEEDED);
    assertThat(none.retryAt(DecisionCode.QUOTA_EXCEEDED)).isEqualTo(NEXT_MONTH);
    assertThat(passage(rules, new Ask(0, 10, 0), NEXT_MONTH).refusal()).isNull();
  }

  @Test
  void aQuotaOfAWholeLifeNeverComesBack() {
    GateRules rules = rules(null, null, 0, Map.of("bytes_in", new GateRules.Quota(5, null)));
    take(rules, bytes(5));

    Passage none = passage(rules, bytes(1), NOW);
    assertThat(none.refusal()).isEqualTo(DecisionCode.QUOTA_EXCEEDED);
    assertThat(none.retryAt(DecisionCode.QUOTA_EXCEEDED)).isZero();
    assertThat(passage(rules, bytes(1), NOW + 400L * 86_400_000).refusal())
        .isEqualTo(DecisionCode.QUOTA_EXCEEDED);
  }

  @Test
  void tellsOfTheWindowWithTheFewestCallsLeft() {
    GateRules rules = windows(new WindowLimits(NONE, 5, 3, NONE), 0);
    assertThat(passage(rules, bytes(0), NOW).allowance().window()).isEqualTo(Window.HOUR);
    assertThat(passage(rules, bytes(0), NOW).allowance().remaining()).isEqualTo(3);

    GateRules alike = windows(new WindowLimits(NONE, 3, 3, NONE), 0);
    assertThat(passage(alike, bytes(0), NOW).allowance().window())
        .as("of two alike the shorter")
        .isEqualTo(Window.MINUTE);
    assertThat(passage(windows(WindowLimits.UNLIMITED, 0), bytes(0), NOW).allowance().window())
        .isNull();
  }

  @Test
  void tellsOfTheLongestWindowThatHasRefused() {
    GateRules rules = windows(new WindowLimits(NONE, 2, NONE, 2), 0);
    take(rules, bytes(0));
    take(rules, bytes(0));

    Passage refused = passage(rules, bytes(0), NOW);
    assertThat(refused.allowance().window()).isEqualTo(Window.DAY);
    assertThat(refused.allowance().remaining()).isZero();
    assertThat(refused.retryAt(DecisionCode.RATE_LIMITED)).isEqualTo(TOMORROW);
  }

  @Test
  void countsWhatWasDecidedElsewhere() {
    GateRules rules = windows(new WindowLimits(NONE, 2, NONE, NONE), 0);
    passage(rules, bytes(0), NOW).count(0);
    passage(rules, bytes(0), NOW).count(0);
    passage(rules, bytes(0), NOW).count(0);

    assertThat(passage(rules, bytes(0), NOW).refusal()).isEqualTo(DecisionCode.RATE_LIMITED);
    assertThat(passage(rules, bytes(0), NOW).windowStates())
        .singleElement()
        .satisfies(one -> assertThat(one.used()).isEqualTo(3));
  }

  @Test
  void whatABurstLetsThroughIsCountedAndToldOf() {
    for (Algorithm algorithm : Algorithm.values()) {
      GateRules rules =
          new GateRules(
              new WindowLimits(NONE, 3, NONE, NONE),
              algorithm,
              6,
              60_000,
              null,
              null,
              0,
              0,
              Map.of(),
              false);
      GateState mine = GateState.fresh();
      Counter calls = new Counter();
      for (int i = 0; i < 6; i++) {
        Passage passage = new Passage(rules, mine, calls, bytes(0), NOW);
        assertThat(passage.allowance().remaining()).as("%s, %d", algorithm, i).isEqualTo(6 - i);
        assertThat(passage.refusal()).isNull();
        passage.take(NOW);
        assertThat(passage.allowance().remaining()).as("%s, %d", algorithm, i).isEqualTo(5 - i);
      }
      Passage refused = new Passage(rules, mine, calls, bytes(0), NOW);
      assertThat(refused.refusal()).isEqualTo(DecisionCode.RATE_LIMITED);
      assertThat(refused.allowance().resetMillis())
          .as("%s: the same as the instant of the next try", algorithm)
          .isEqualTo(refused.retryAt(DecisionCode.RATE_LIMITED))
          .isEqualTo(NOW + 20_000);
      assertThat(refused.windowStates())
          .singleElement()
          .satisfies(one -> assertThat(one.used()).as(algorithm.name()).isEqualTo(6));
      assertThat(calls.used(Window.MINUTE, NOW)).isEqualTo(6);
      GateState read = GateState.read(mine.write());
      assertThat(new Passage(rules, read, calls, bytes(0), NOW).windowStates())
          .as("after a rest")
          .isEqualTo(refused.windowStates());
    }
  }
}
