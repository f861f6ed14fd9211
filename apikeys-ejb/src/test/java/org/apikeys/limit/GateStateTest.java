package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What has been used, in memory and at rest. */
class GateStateTest {
  private static final long NOON = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
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
    assertThat(state.at(NOON)).isEqualTo(NOON);
    assertThat(state.at(NOON - 1)).isEqualTo(NOON);
    assertThat(GateState.read(state.write()).at(NOON - 5)).isEqualTo(NOON);
    assertThat(state.at(NOON + 1)).isEqualTo(NOON + 1);
  }

  @Test
  void anotherAlgorithmBeginsAnew() {
    Counter counter = new Counter();
    state.windows(Algorithm.SLIDING, counter).take(rules(Algorithm.SLIDING), null, NOON);
    assertThat(sliding(state)).as("goes on").isEqualTo(1);
    state.windows(Algorithm.TOKEN_BUCKET, counter).take(rules(Algorithm.TOKEN_BUCKET), null, NOON);
    assertThat(sliding(state)).isZero();
  }

  private static long sliding(GateState state) {
    return state
        .windows(Algorithm.SLIDING, new Counter())
        .used(rules(Algorithm.SLIDING), Window.MINUTE, NOON);
  }

  @Test
  void isReadAsItWasWritten() {
    state.at(NOON);
    state.windows(Algorithm.SLIDING, new Counter()).take(rules(Algorithm.SLIDING), null, NOON);
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
    state.windows(Algorithm.FIXED, new Counter()).take(rules(Algorithm.FIXED), null, NOON);
    assertThat(GateState.read(state.write()).write()).contains("\"windows\":[]");
  }
}
