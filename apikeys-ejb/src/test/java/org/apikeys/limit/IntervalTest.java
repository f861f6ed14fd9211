package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntervalTest {

  @ParameterizedTest
  @CsvSource({
    "PT1S, 2026-02-03T04:05:06.789Z, 2026-02-03T04:05:06Z, 2026-02-03T04:05:07Z",
    "PT5M, 2026-02-03T04:07:06Z, 2026-02-03T04:05:00Z, 2026-02-03T04:10:00Z",
    "PT1H, 2026-02-03T04:07:06Z, 2026-02-03T04:00:00Z, 2026-02-03T05:00:00Z",
    "P1D, 2026-02-03T04:07:06Z, 2026-02-03T00:00:00Z, 2026-02-04T00:00:00Z",
    "P1W, 2026-02-03T04:07:06Z, 2026-02-02T00:00:00Z, 2026-02-09T00:00:00Z",
    "P1M, 2026-02-03T04:07:06Z, 2026-02-01T00:00:00Z, 2026-03-01T00:00:00Z",
    "P3M, 2026-02-03T04:07:06Z, 2026-01-01T00:00:00Z, 2026-04-01T00:00:00Z",
    "P1Y, 2028-02-29T04:07:06Z, 2028-01-01T00:00:00Z, 2029-01-01T00:00:00Z",
    "PT1H, 1969-12-31T22:07:06Z, 1969-12-31T22:00:00Z, 1969-12-31T23:00:00Z",
    "P1M, 1969-11-15T00:00:00Z, 1969-11-01T00:00:00Z, 1969-12-01T00:00:00Z"
  })
  void alignsWindowsToTheCalendar(String iso, String at, String start, String end) {
    Interval interval = Interval.parse(iso);
    long began = interval.startOf(Instant.parse(at).toEpochMilli());
    assertThat(Instant.ofEpochMilli(began)).isEqualTo(start);
    assertThat(Instant.ofEpochMilli(interval.endOf(began))).isEqualTo(end);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "P", "PT0S", "P0D", "P1DT1H", "1D", "-P1D", "P1.5D", "PT1D", "P1S"})
  void refusesWhatIsNotOneUnit(String iso) {
    assertThatThrownBy(() -> Interval.parse(iso)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void countsMonthsFromTheirAnchor() {
    Interval month = Interval.parse("P1M");
    long anchor = Instant.parse("2027-01-31T00:00:00Z").toEpochMilli();
    assertThat(Instant.ofEpochMilli(month.after(anchor, 1))).isEqualTo("2027-02-28T00:00:00Z");
    assertThat(Instant.ofEpochMilli(month.after(anchor, 2))).isEqualTo("2027-03-31T00:00:00Z");
    assertThat(month.between(anchor, Instant.parse("2027-02-27T23:59:59Z").toEpochMilli()))
        .isZero();
    assertThat(month.between(anchor, Instant.parse("2027-02-28T00:00:00Z").toEpochMilli()))
        .isEqualTo(1);
    assertThat(month.between(anchor, Instant.parse("2028-01-31T00:00:00Z").toEpochMilli()))
        .isEqualTo(12);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT90S", "PT5M", "PT7H", "P3D", "P2W", "P1M", "P5M", "P1Y"})
  void anInstantLiesBetweenAsManyIntervalsAsHavePassedAndTheNext(String iso) {
    Interval interval = Interval.parse(iso);
    Random random = new Random(iso.hashCode());
    long first = Instant.parse("2024-01-31T10:20:30Z").toEpochMilli();
    for (int i = 0; i < 200; i++) {
      long anchor = first + random.nextInt(1_500) * 86_400_000L;
      long at = anchor + Math.floorMod(random.nextLong(), 900 * 86_400_000L);

      long times = interval.between(anchor, at);

      assertThat(interval.after(anchor, times)).isLessThanOrEqualTo(at);
      assertThat(interval.after(anchor, times + 1)).isGreaterThan(at);
      assertThat(interval.between(anchor, interval.after(anchor, times))).isEqualTo(times);
    }
  }

  @Test
  void coversAnotherWhenNoneOfItsWindowsLiesInTwo() {
    for (String[] both :
        new String[][] {
          {"P1D", "PT1H"}, {"P1D", "PT30S"}, {"P1D", "P1D"}, {"P4D", "P2D"}, {"PT6H", "PT2H"},
          {"P1W", "P1D"}, {"P1W", "PT8H"}, {"P4W", "P2W"}, {"P1M", "P1D"}, {"P6M", "P3M"},
          {"P1Y", "P1M"}, {"P1Y", "PT15M"}, {"P24M", "P1Y"}, {"PT120M", "PT1H"}, {"PT24H", "P1D"}
        }) {
      assertThat(Interval.parse(both[0]).covers(Interval.parse(both[1])))
          .as("%s and %s", both[0], both[1])
          .isTrue();
    }
    for (String[] both :
        new String[][] {
          {"PT1H", "P1D"}, {"P1D", "PT7H"}, {"P3D", "P2D"}, {"P1W", "P2D"}, {"P7D", "P1W"},
          {"P1W", "P7D"}, {"P1M", "P1W"}, {"P1M", "P2D"}, {"P1Y", "P1W"}, {"P5M", "P2M"},
          {"P1M", "P1Y"}, {"P3W", "P2W"}, {"P30D", "P1M"}
        }) {
      assertThat(Interval.parse(both[0]).covers(Interval.parse(both[1])))
          .as("%s and %s", both[0], both[1])
          .isFalse();
    }
  }

  @Test
  void noMoreInALongerWindowIsWithin() {
    MeterLimit hour = new MeterLimit(5L, "PT1H");
    assertThat(new MeterLimit(5L, "P1D").isWithin(hour)).isTrue();
    assertThat(new MeterLimit(6L, "P1D").isWithin(hour)).isFalse();
    assertThat(new MeterLimit(5L, "PT30M").isWithin(hour)).isFalse();
    assertThat(new MeterLimit(5L, "PT90M").isWithin(hour)).isFalse();
    assertThat(new MeterLimit(5L, null).isWithin(hour)).as("for all its life").isTrue();
    assertThat(hour.isWithin(new MeterLimit(5L, null))).isFalse();
    assertThat(new MeterLimit(5L, null).isWithin(new MeterLimit(5L, null))).isTrue();
  }
}
