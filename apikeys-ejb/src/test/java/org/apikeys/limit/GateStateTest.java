package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What has been used, in memory and at rest. */
class GateStateTest {
  private static final long NOON = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
  private static final long NEXT_YEAR = NOON + 400 * 86_400_000L + 12_345;
  private static final Interval DAY = Interval.parse("P1D");
  private static final Interval HOUR = Interval.parse("PT1H");
  private static final Bucket.Shape TEN = new Bucket.Shape(10, 10, 60_000);

  private final GateState state = GateState.fresh();

  private static GateRules rules(Algorithm algorithm) {
    return new GateRules(
        new WindowLimits(WindowLimits.NONE, 10, WindowLimits.NONE, WindowLimits.NONE),
        algorithm,
        0,
        0,
        null,
        null,
        0,
        0,
        Map.of(),
        false);
  }

  @Test
  void anAmountCountsInItsWindowAndOneWithoutAWindowForever() {
    state.use("pages", HOUR, 3, NOON);
    state.use("pages", HOUR, 4, NOON + 3_599_999);
    state.use("all", null, 5, NOON);
    assertThat(state.used("pages", HOUR, NOON + 3_599_999)).isEqualTo(7);
    assertThat(state.used("pages", HOUR, NOON + 3_600_000)).isZero();
    state.use("pages", HOUR, 2, NOON + 3_600_000);
    assertThat(state.used("pages", HOUR, NOON + 3_600_000)).isEqualTo(2);
    assertThat(state.used("all", null, NOON + 900 * 86_400_000L)).isEqualTo(5);
    assertThat(state.used("none", null, NOON)).isZero();
    state.use("all", null, 0, NOON);
    state.use("all", null, -3, NOON);
    assertThat(state.used("all", null, NOON)).as("nothing is taken back").isEqualTo(5);
  }

  @Test
  void noSumOfAmountsOverflows() {
    for (int i = 0; i < 4; i++) {
      state.use("bytes_out", null, Long.MAX_VALUE, NOON);
      assertThat(state.used("bytes_out", null, NOON)).isEqualTo(Long.MAX_VALUE / 2);
    }
  }

  @Test
  void bytesOfTodayAreNoMeter() {
    state.moveToday(DAY, 70, NOON);
    assertThat(state.usedToday(DAY, NOON)).isEqualTo(70);
    assertThat(state.used("day", DAY, NOON)).isZero();
  }

  @Test
  void anOpenCallEndsWhenItIsToldOrItsTimeIsOver() {
    state.begin(1, NOON + 100);
    state.begin(2, NOON + 200);
    state.begin(3, NOON + 300);
    assertThat(state.open(NOON + 99)).isEqualTo(3);
    assertThat(state.oldestEnds(NOON)).isEqualTo(NOON + 100);
    assertThat(state.open(NOON + 100)).isEqualTo(2);
    assertThat(state.end(2)).isTrue();
    assertThat(state.end(2)).isFalse();
    assertThat(state.oldestEnds(NOON)).isEqualTo(NOON + 300);
    assertThat(state.open(NOON + 300)).isZero();
    assertThat(state.oldestEnds(NOON)).as("nobody is waited for").isEqualTo(NOON);
  }

  @Test
  void callsWithoutANumberAreOpenEachForItself() {
    state.begin(0, NOON + 100);
    state.begin(0, NOON + 100);
    state.begin(1, NOON + 100);
    state.begin(2, NOON + 100);
    assertThat(state.open(NOON)).as("and none is one with a number").isEqualTo(4);
    assertThat(state.end(0)).isFalse();
  }

  @Test
  void timeDoesNotGoBack() {
    assertThat(at(state, NOON)).isEqualTo(NOON);
    assertThat(at(state, NOON - 1)).isEqualTo(NOON);
    assertThat(at(GateState.read(state.write()), NOON - 5)).isEqualTo(NOON);
    assertThat(at(state, NOON - 60_000)).as("of a node that is a minute behind").isEqualTo(NOON);
    assertThat(at(state, NOON + 1)).isEqualTo(NOON + 1);
    assertThat(state.wasMoved()).isFalse();
  }

  private static long at(GateState state, long now) {
    return state.at(new Counter(), now);
  }

  /** What rests of a key when the clock of its server was a year ahead. */
  private static GateState ofNextYear(Algorithm algorithm) {
    GateState mine = GateState.fresh();
    for (int i = 0; i < 10; i++) {
      call(algorithm, mine, new Counter(), NEXT_YEAR + i * 3_000L);
    }
    long last = NEXT_YEAR + 27_000;
    mine.burst().take(TEN, 10, last);
    mine.use("pages", HOUR, 7, last);
    mine.use("all", null, 5, last);
    mine.begin(1, last + 100);
    return GateState.read(mine.write());
  }

  @ParameterizedTest
  @EnumSource(names = {"SLIDING", "TOKEN_BUCKET"})
  void whatWasCountedByAClockThatWasAheadCountsNowAndNoLonger(Algorithm algorithm) {
    GateState mine = ofNextYear(algorithm);
    Counter counter = new Counter();

    assertThat(at(mine, NOON)).isEqualTo(NOON);
    assertThat(mine.wasMoved()).isTrue();
    assertThat(left(algorithm, mine, counter, NOON)).as("nothing is refilled").isLessThan(6);
    assertThat(mine.burst().tokens(TEN, NOON)).isZero();
    assertThat(mine.used("pages", HOUR, NOON)).isEqualTo(7);
    assertThat(mine.open(NOON)).isEqualTo(1);

    GateState read = GateState.read(mine.write());
    assertThat(at(read, NOON + 66_000)).isEqualTo(NOON + 66_000);
    assertThat(read.wasMoved()).as("once").isFalse();
    assertThat(left(algorithm, read, counter, NOON + 66_000)).isEqualTo(10);
    assertThat(read.burst().tokens(TEN, NOON + 66_000)).isEqualTo(10);
    assertThat(read.open(NOON + 100)).isZero();
    assertThat(read.used("pages", HOUR, NOON + 3_600_000)).isZero();
    assertThat(read.used("all", null, NOON + 3_600_000)).isEqualTo(5);
  }

  @Test
  void slotsOfAWindowAreMovedBackInTheirOrder() {
    GateState mine = ofNextYear(Algorithm.SLIDING);
    at(mine, NOON);
    Counter counter = new Counter();
    assertThat(left(Algorithm.SLIDING, mine, counter, NOON)).isZero();
    // of one call in each slot the first leave the window first
    assertThat(left(Algorithm.SLIDING, mine, counter, NOON + 36_000)).isBetween(0L, 2L);
    assertThat(left(Algorithm.SLIDING, mine, counter, NOON + 45_000)).isBetween(3L, 5L);
    assertThat(left(Algorithm.SLIDING, mine, counter, NOON + 66_000)).isEqualTo(10);
  }

  private static void call(Algorithm algorithm, GateState state, Counter counter, long now) {
    Passage passage = new Passage(rules(algorithm), state, counter, new Ask(0, 1, 0), now);
    assertThat(passage.refusal()).isNull();
    passage.take(now);
  }

  private static long left(Algorithm algorithm, GateState state, Counter counter, long now) {
    return state.windows(rules(algorithm), counter, now).left(rules(algorithm), Window.MINUTE, now);
  }

  @Test
  void whatWasUsedStaysUsedUnderEveryOtherAlgorithm() {
    for (Algorithm before : Algorithm.values()) {
      for (Algorithm after : Algorithm.values()) {
        Counter counter = new Counter();
        GateState mine = GateState.fresh();
        for (int i = 0; i < 7; i++) {
          call(before, mine, counter, NOON);
        }
        assertThat(left(after, GateState.read(mine.write()), counter, NOON))
            .as("%s after %s", after, before)
            .isEqualTo(3);
        call(after, mine, counter, NOON);
        assertThat(left(before, mine, counter, NOON))
            .as("and back from %s to %s", after, before)
            .isEqualTo(2);
        assertThat(counter.used(Window.MINUTE, NOON)).as("in the clock's window").isEqualTo(8);
      }
    }
  }

  @Test
  void whatAKeyHasUsedUnderPlainWindowsCountsWhenItSlidesAgain() {
    Counter counter = new Counter();
    call(Algorithm.SLIDING, state, counter, NOON - 600_000);
    for (int i = 0; i < 6; i++) {
      counter.count(0, NOON);
    }
    assertThat(left(Algorithm.SLIDING, state, counter, NOON)).isEqualTo(4);
    assertThat(left(Algorithm.SLIDING, state, counter, NOON)).as("once").isEqualTo(4);
    assertThat(left(Algorithm.SLIDING, state, counter, NOON + 60_000))
        .as("for the window's length, since nobody knows when they were made")
        .isEqualTo(4);
    assertThat(left(Algorithm.SLIDING, state, counter, NOON + 63_000)).isEqualTo(10);
  }

  private static long sliding(GateState state) {
    return state
        .windows(rules(Algorithm.SLIDING), new Counter(), NOON)
        .used(rules(Algorithm.SLIDING), Window.MINUTE, NOON);
  }

  @Test
  void isReadAsItWasWritten() {
    at(state, NOON);
    GateRules sliding = rules(Algorithm.SLIDING);
    state.windows(sliding, new Counter(), NOON).take(sliding, null, 0, NOON);
    state.burst().take(TEN, 1, NOON);
    state.upload().take(TEN, 2, NOON);
    state.download().take(TEN, 3, NOON);
    state.use("pages", HOUR, 7, NOON);
    state.begin(5, NOON + 300);
    state.begin(6, NOON + 100);

    String rest = state.write();
    GateState read = GateState.read(rest);

    assertThat(read.write()).as("before it is used").isEqualTo(GateState.read(rest).write());
    assertThat(read.burst().tokens(TEN, NOON)).isEqualTo(9);
    assertThat(read.upload().tokens(TEN, NOON)).isEqualTo(8);
    assertThat(read.download().tokens(TEN, NOON)).isEqualTo(7);
    assertThat(read.used("pages", HOUR, NOON)).isEqualTo(7);
    assertThat(read.oldestEnds(NOON)).as("the first to end").isEqualTo(NOON + 100);
    assertThat(read.open(NOON + 100)).isEqualTo(1);
    assertThat(sliding(read)).isEqualTo(1);
    assertThat(sliding(GateState.read(GateState.read(rest).write())))
        .as("written by one that nobody asked for its windows")
        .isEqualTo(1);
  }

  @Test
  void windowsOfTheClockRestWithTheCounter() {
    GateRules fixed = rules(Algorithm.FIXED);
    state.windows(fixed, new Counter(), NOON).take(fixed, null, 0, NOON);
    assertThat(GateState.read(state.write()).write()).contains("\"windows\":[]");
  }
}
