package org.apikeys.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When a schedule runs, in its zone. */
class ScheduleDefinitionTest {
  private static ScheduleDefinition of(
      String every, String at, @Nullable String week, @Nullable Integer month, String zone) {
    return new ScheduleDefinition(
            "n", null, "billing", null, null, every, at, week, month, zone, List.of("ann", "ann"))
        .complete();
  }

  private static String next(ScheduleDefinition schedule, String after) {
    return schedule.next(Instant.parse(after)).toString();
  }

  @Test
  void whatIsNotSaidIsFilledIn() {
    ScheduleDefinition monthly =
        new ScheduleDefinition(
                "n", null, "billing", null, null, "monthly", null, null, null, null, List.of("a"))
            .complete();
    assertThat(monthly.format()).isEqualTo("pdf");
    assertThat(monthly.at()).isEqualTo("06:00");
    assertThat(monthly.dayOfMonth()).isEqualTo(1);
    assertThat(monthly.zone()).isEqualTo("UTC");
    assertThat(monthly.isActive()).isTrue();
    assertThat(of("weekly", "06:00", null, null, "UTC").dayOfWeek()).isEqualTo("monday");
    assertThat(of("daily", "06:00", null, null, "UTC").people()).containsExactly("ann");
  }

  @Test
  void aDayIsADayOfTheZone() {
    ScheduleDefinition daily = of("daily", "00:30", null, null, "Asia/Tokyo");
    assertThat(next(daily, "2026-03-01T15:29:59Z")).isEqualTo("2026-03-01T15:30:00Z");
    assertThat(next(daily, "2026-03-01T15:30:00Z")).isEqualTo("2026-03-02T15:30:00Z");
    ScheduleDefinition weekly = of("weekly", "00:30", "monday", null, "Asia/Tokyo");
    assertThat(next(weekly, "2026-03-01T12:00:00Z")).isEqualTo("2026-03-01T15:30:00Z");
    assertThat(next(weekly, "2026-03-01T15:30:00Z")).isEqualTo("2026-03-08T15:30:00Z");
  }

  @Test
  void theTimeOfDayStaysWhenTheClocksAreChanged() {
    ScheduleDefinition daily = of("daily", "06:00", null, null, "Europe/Vienna");
    assertThat(next(daily, "2026-03-28T12:00:00Z")).isEqualTo("2026-03-29T04:00:00Z");
    assertThat(next(daily, "2026-10-24T12:00:00Z")).isEqualTo("2026-10-25T05:00:00Z");
    ScheduleDefinition leapt = of("daily", "02:30", null, null, "Europe/Vienna");
    assertThat(next(leapt, "2026-03-28T12:00:00Z")).isEqualTo("2026-03-29T01:30:00Z");
    assertThat(next(leapt, "2026-03-29T01:30:00Z")).isEqualTo("2026-03-30T00:30:00Z");
    assertThat(next(leapt, "2026-10-24T12:00:00Z")).isEqualTo("2026-10-25T00:30:00Z");
    assertThat(next(leapt, "2026-10-25T00:30:00Z")).as("once").isEqualTo("2026-10-26T01:30:00Z");
  }

  @Test
  void aShortMonthRunsOnItsLastDay() {
    ScheduleDefinition monthly = of("monthly", "06:00", null, 31, "UTC");
    assertThat(next(monthly, "2026-01-31T06:00:00Z")).isEqualTo("2026-02-28T06:00:00Z");
    assertThat(next(monthly, "2028-02-01T06:00:00Z")).isEqualTo("2028-02-29T06:00:00Z");
    assertThat(next(monthly, "2026-02-28T06:00:00Z")).isEqualTo("2026-03-31T06:00:00Z");
  }

  @Test
  void aMonthlyReportIsAboutTheLastWholeMonthTheOthersAboutYesterdays() {
    ScheduleDefinition monthly = of("monthly", "06:00", null, 1, "UTC");
    assertThat(monthly.month(Instant.parse("2026-03-01T06:00:00Z")))
        .isEqualTo(YearMonth.of(2026, 2));
    assertThat(monthly.month(Instant.parse("2026-01-15T06:00:00Z")))
        .isEqualTo(YearMonth.of(2025, 12));
    ScheduleDefinition daily = of("daily", "06:00", null, null, "UTC");
    assertThat(daily.month(Instant.parse("2026-03-01T06:00:00Z"))).isEqualTo(YearMonth.of(2026, 2));
    assertThat(daily.month(Instant.parse("2026-03-02T06:00:00Z"))).isEqualTo(YearMonth.of(2026, 3));
  }
}
