package org.apikeys.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.apikeys.api.problem.FieldError;
import org.apikeys.api.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * Which report is made again and again, when, and who is told.
 *
 * @param report the word of the report
 * @param framework of the compliance report alone
 * @param format {@code pdf} when not said
 * @param every {@code daily}, {@code weekly} or {@code monthly}
 * @param at time of day in the zone, {@code HH:mm}; {@code 06:00} when not said
 * @param dayOfWeek of a weekly one; {@code monday} when not said
 * @param dayOfMonth of a monthly one: 1 when not said; in a shorter month its last day
 * @param zone an IANA time zone; {@code UTC} when not said
 * @param recipients user names of people of the organization who may read reports
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ScheduleDefinition(
    @Nullable String name,
    @JsonProperty("is_active") @Nullable Boolean active,
    @Nullable String report,
    @Nullable String framework,
    @Nullable String format,
    @Nullable String every,
    @Nullable String at,
    @Nullable String dayOfWeek,
    @Nullable Integer dayOfMonth,
    @Nullable String zone,
    @Nullable List<@Nullable String> recipients) {
  static final String DAILY = "daily";
  static final String WEEKLY = "weekly";
  static final String MONTHLY = "monthly";
  private static final List<String> RHYTHMS = List.of(DAILY, WEEKLY, MONTHLY);
  private static final List<String> DAYS =
      Stream.of(DayOfWeek.values()).map(day -> day.name().toLowerCase(Locale.ROOT)).toList();
  private static final int LONGEST_NAME = 100;
  private static final int LONGEST_MONTH = 31;
  private static final int MOST_RECIPIENTS = 50;

  /** With everything that was left to the system said; what is wrong is refused with its field. */
  ScheduleDefinition complete() {
    List<FieldError> errors = new ArrayList<>();
    require(
        errors,
        "name",
        name != null && !name.isBlank() && name.length() <= LONGEST_NAME,
        "has 1 to 100 characters");
    require(
        errors,
        "report",
        report != null && Reports.NAMES.contains(report),
        "is one of " + String.join(", ", Reports.NAMES));
    require(
        errors,
        "format",
        format == null || ReportForm.WORDS.contains(format),
        "is one of " + String.join(", ", ReportForm.WORDS));
    require(
        errors,
        "every",
        every != null && RHYTHMS.contains(every),
        "is one of " + String.join(", ", RHYTHMS));
    require(
        errors,
        "at",
        at == null || at.matches("([01][0-9]|2[0-3]):[0-5][0-9]"),
        "is a time of day such as 06:00");
    require(
        errors,
        "day_of_week",
        dayOfWeek == null || (WEEKLY.equals(every) && DAYS.contains(dayOfWeek)),
        "is for weekly reports alone, and one of " + String.join(", ", DAYS));
    require(
        errors,
        "day_of_month",
        dayOfMonth == null
            || (MONTHLY.equals(every) && dayOfMonth >= 1 && dayOfMonth <= LONGEST_MONTH),
        "is for monthly reports alone, and from 1 to 31");
    require(errors, "zone", zone == null || isZone(zone), "is a time zone such as Europe/Vienna");
    require(
        errors,
        "recipients",
        recipients != null
            && !recipients.isEmpty()
            && recipients.size() <= MOST_RECIPIENTS
            && recipients.stream().allMatch(person -> person != null && !person.isBlank()),
        "is 1 to 50 user names");
    if (!errors.isEmpty()) {
      throw ProblemException.invalid(errors);
    }
    return new ScheduleDefinition(
        name,
        active == null || active,
        report,
        framework,
        format == null ? ReportForm.PDF.word() : format,
        every,
        at == null ? "06:00" : at,
        WEEKLY.equals(every) && dayOfWeek == null ? DAYS.get(0) : dayOfWeek,
        MONTHLY.equals(every) && dayOfMonth == null ? Integer.valueOf(1) : dayOfMonth,
        zone == null ? "UTC" : zone,
        List.copyOf(new LinkedHashSet<>(people())));
  }

  private static boolean isZone(String zone) {
    return zone.equals("UTC") || ZoneId.getAvailableZoneIds().contains(zone);
  }

  private static void require(List<FieldError> errors, String field, boolean good, String rule) {
    if (!good) {
      errors.add(new FieldError(field, rule));
    }
  }

  ScheduleDefinition switchedOff() {
    return new ScheduleDefinition(
        name, false, report, framework, format, every, at, dayOfWeek, dayOfMonth, zone, recipients);
  }

  boolean isActive() {
    return Boolean.TRUE.equals(active);
  }

  /** The recipients, of a definition that is complete. */
  List<String> people() {
    return Objects.requireNonNull(recipients).stream().map(String::valueOf).toList();
  }

  ReportForm form() {
    return ReportForm.of(Objects.requireNonNull(format));
  }

  /**
   * The first time after an instant. A time of day that the clocks leap over is as much later, one
   * that they repeat is the first of the two.
   */
  Instant next(Instant after) {
    ZoneId place = ZoneId.of(Objects.requireNonNull(zone));
    LocalTime time = LocalTime.parse(Objects.requireNonNull(at));
    LocalDate day = after.atZone(place).toLocalDate();
    while (true) {
      if (isDay(day)) {
        Instant run = ZonedDateTime.of(day, time, place).toInstant();
        if (run.isAfter(after)) {
          return run;
        }
      }
      day = day.plusDays(1);
    }
  }

  private boolean isDay(LocalDate day) {
    return switch (Objects.requireNonNull(every)) {
      case WEEKLY -> day.getDayOfWeek().name().equalsIgnoreCase(Objects.requireNonNull(dayOfWeek));
      case MONTHLY ->
          day.getDayOfMonth() == Math.min(Objects.requireNonNull(dayOfMonth), day.lengthOfMonth());
      default -> true;
    };
  }

  /**
   * The month that a run is about; months are those of UTC. A monthly report is about the last
   * whole month, the others about the month of the day before.
   */
  YearMonth month(Instant run) {
    LocalDate day = run.atOffset(ZoneOffset.UTC).toLocalDate();
    return MONTHLY.equals(every)
        ? YearMonth.from(day).minusMonths(1)
        : YearMonth.from(day.minusDays(1));
  }
}
