package org.apikeys.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.apikeys.api.problem.FieldError;
import org.apikeys.api.problem.ProblemException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PeriodsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:34:56Z");

  private static Periods of(
      @Nullable String interval,
      @Nullable String zone,
      @Nullable String from,
      @Nullable String to) {
    return Periods.of(
        interval,
        zone,
        from == null ? null : Instant.parse(from),
        to == null ? null : Instant.parse(to),
        NOW);
  }

  @Test
  void isTheLastDayByTheHourUnlessSaidElse() {
    Periods day = of(null, null, null, null);
    assertThat(day.interval()).isEqualTo("hour");
    assertThat(day.from()).isEqualTo(Instant.parse("2026-02-28T12:00:00Z"));
    assertThat(day.to()).isEqualTo(Instant.parse("2026-03-01T13:00:00Z"));
    assertThat(of(null, null, "2026-03-01T12:00:00Z", null).interval()).isEqualTo("minute");
    assertThat(of(null, null, "2026-02-01T00:00:00Z", null).interval()).isEqualTo("day");
  }

  @Test
  void hasDaysOf23And25HoursWhenTheClocksChange() {
    Periods spring =
        of("day", "Europe/Berlin", "2026-03-28T00:00:00+01:00", "2026-03-31T00:00:00+02:00");
    assertThat(lengths(spring)).containsExactly(24L, 23L, 24L);
    Periods autumn = of("day", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z");
    assertThat(lengths(autumn)).containsExactly(24L, 25L, 24L);
    assertThat(autumn.grain()).isEqualTo(Grain.HOUR);
    Periods month = of("month", "America/New_York", "2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z");
    assertThat(month.from()).isEqualTo(Instant.parse("2026-03-01T05:00:00Z"));
    assertThat(month.to()).isEqualTo(Instant.parse("2026-04-01T04:00:00Z"));
  }

  @Test
  void knowsDaysThatBeginAtHalfAnHour() {
    Periods india = of("day", "Asia/Kolkata", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z");
    assertThat(india.from()).isEqualTo(Instant.parse("2025-12-31T18:30:00Z"));
    assertThat(india.grain()).isEqualTo(Grain.QUARTER);
    assertThat(of("day", null, "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z").grain())
        .isEqualTo(Grain.DAY);
  }

  @Test
  void hasAsManyIntervalsBefore() {
    Periods months = of("month", null, "2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z");
    assertThat(months.before().from()).isEqualTo(Instant.parse("2025-11-01T00:00:00Z"));
    assertThat(months.before().to()).isEqualTo(months.from());
    assertThat(months.before().count()).isEqualTo(2);
    Periods weeks = of("week", null, "2026-02-25T00:00:00Z", "2026-02-26T00:00:00Z");
    assertThat(weeks.from()).as("a Monday").isEqualTo(Instant.parse("2026-02-23T00:00:00Z"));
    assertThat(of("PT15M", null, "2026-01-01T00:05:00Z", "2026-01-01T00:16:00Z").before().from())
        .isEqualTo(Instant.parse("2025-12-31T23:30:00Z"));
  }

  /** The retention of calls is 90 days, that of days two years. */
  private static final KeptSums KEPT =
      KeptSums.at(NOW, NOW.minus(Duration.ofDays(90)), NOW.minus(Duration.ofDays(731)));

  @Test
  void zerosOfATimeBeforeTheInstallationBeganAreTrue() {
    Instant from = Instant.parse("2025-11-20T00:00:00Z");
    KeptSums young = KEPT.of(NOW.minus(Duration.ofDays(30)));
    Periods hours = Periods.of("hour", null, from, from.plus(Duration.ofHours(5)), NOW, young);
    assertThat(hours.count()).isEqualTo(5);
    assertThat(Periods.of("day", "Europe/Berlin", from, null, NOW, young).zone().getId())
        .isEqualTo("Europe/Berlin");
    KeptSums old = KEPT.of(from.minus(Duration.ofDays(30)));
    refused("from", () -> Periods.of("hour", null, from, NOW, NOW, old));
  }

  private static Periods kept(@Nullable String interval, @Nullable String zone, String from) {
    Instant begin = Instant.parse(from);
    return Periods.of(interval, zone, begin, begin.plus(Duration.ofDays(1)), NOW, KEPT);
  }

  @Test
  void cutsDaysOfUtcWhereThoseOfAZoneAreNotKept() {
    assertThat(kept("day", "Europe/Berlin", "2025-12-02T00:00:00Z").zone().getId())
        .isEqualTo("Europe/Berlin");
    Periods before = kept("day", "Europe/Berlin", "2025-11-20T00:00:00Z");
    assertThat(before.zone()).isEqualTo(java.time.ZoneOffset.UTC);
    assertThat(before.from()).isEqualTo(Instant.parse("2025-11-20T00:00:00Z"));
    assertThat(before.grain()).isEqualTo(Grain.DAY);
    assertThat(kept("month", "Asia/Kolkata", "2025-11-20T00:00:00Z").from())
        .isEqualTo(Instant.parse("2025-11-01T00:00:00Z"));
  }

  @Test
  void takesDaysWhereNothingFinerIsKept() {
    assertThat(kept(null, null, "2026-02-20T00:00:00Z").interval()).isEqualTo("hour");
    assertThat(kept(null, null, "2025-11-20T00:00:00Z").interval()).isEqualTo("day");
    refused("from", () -> kept("hour", null, "2025-11-20T00:00:00Z"));
    refused("from", () -> kept("PT15M", "Asia/Kolkata", "2025-11-20T00:00:00Z"));
    refused("from", () -> kept("minute", null, "2026-02-20T00:00:00Z"));
  }

  @Test
  void knowsClocksThatWentWrongBySeconds() {
    Periods centuries =
        of("month", "Europe/Berlin", "2026-03-01T00:00:00Z", "2180-01-01T00:00:00Z");
    assertThat(centuries.before().from()).isBefore(Instant.parse("1880-01-01T00:00:00Z"));
    assertThat(KEPT.hold(centuries.before())).isFalse();
  }

  @Test
  void refusesWhatMakesNoSense() {
    refused("to", () -> of(null, null, "2026-03-02T00:00:00Z", "2026-03-01T00:00:00Z"));
    refused("from", () -> of(null, null, "2026-03-02T00:00:00Z", "2026-03-02T00:00:00Z"));
    refused("from", () -> of("hour", null, "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"));
    refused("interval", () -> of("minute", null, "2026-02-25T00:00:00Z", null));
    refused("from", () -> of("minute", null, "2026-02-01T00:00:00Z", "2026-02-01T01:00:00Z"));
    refused("interval", () -> of("fortnight", null, null, null));
    refused("interval", () -> of("PT7M", null, null, null));
    refused("interval", () -> of("PT0S", null, null, null));
    refused("interval", () -> of("PT90S", null, null, null));
    refused("zone", () -> of(null, "Mars/Olympus", null, null));
    refused("zone", () -> of(null, "+01:00", null, null));
  }

  private static void refused(
      String field, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem -> assertThat(problem.errors()).extracting(FieldError::field).contains(field));
  }

  private static Iterable<Long> lengths(Periods periods) {
    return java.util.stream.IntStream.range(0, periods.count())
        .mapToObj(
            i -> Duration.between(periods.bounds().get(i), periods.bounds().get(i + 1)).toHours())
        .toList();
  }
}
