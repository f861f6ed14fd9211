package org.apikeys.usage;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apikeys.api.problem.FieldError;
import org.apikeys.api.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of time cut into intervals, each beginning where a clock on the wall begins one: a day
 * on which the clocks change has 23 or 25 hours.
 *
 * @param interval as it was asked for: a word, or an ISO 8601 duration
 * @param bounds the starts of the intervals, and the end of the last
 */
public record Periods(String interval, ZoneId zone, List<Instant> bounds) {
  /** The most intervals of one answer. */
  public static final int MOST = 2_000;

  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");
  private static final Duration MINUTES_KEPT = Duration.ofDays(8);
  private static final Duration LONGEST_BY_MINUTE = Duration.ofHours(3);
  private static final Duration LONGEST_BY_HOUR = Duration.ofDays(3);
  private static final int DAY_MINUTES = 1_440;

  public Periods {
    bounds = List.copyOf(bounds);
  }

  public Instant from() {
    return bounds.get(0);
  }

  public Instant to() {
    return bounds.get(bounds.size() - 1);
  }

  public int count() {
    return bounds.size() - 1;
  }

  /** How the clocks cut time. */
  private record Cut(@Nullable ChronoUnit unit, int minutes) {
    /** The start of the interval that an instant is in. */
    ZonedDateTime start(Instant instant, ZoneId zone) {
      ZonedDateTime at = instant.atZone(zone);
      if (unit == null) {
        long millis = Duration.ofMinutes(minutes).toMillis();
        return Instant.ofEpochMilli(Math.floorDiv(instant.toEpochMilli(), millis) * millis)
            .atZone(zone);
      }
      LocalDateTime midnight = at.toLocalDate().atStartOfDay();
      return switch (unit) {
        case DAYS -> at.toLocalDate().atStartOfDay(zone);
        case WEEKS ->
            midnight
                .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                .toLocalDate()
                .atStartOfDay(zone);
        case MONTHS -> midnight.withDayOfMonth(1).toLocalDate().atStartOfDay(zone);
        default -> throw new IllegalStateException("no such interval: " + unit);
      };
    }

    /** The start of the interval that is some further. */
    ZonedDateTime plus(ZonedDateTime start, int intervals) {
      return unit == null
          ? start
              .toInstant()
              .plus(Duration.ofMinutes((long) minutes * intervals))
              .atZone(start.getZone())
          : start.toLocalDate().plus(intervals, unit).atStartOfDay(start.getZone());
    }
  }

  /**
   * Cuts the time between two instants; the first and the last interval are whole.
   *
   * @param interval {@code minute}, {@code hour}, {@code day}, {@code week}, {@code month}, or a
   *     duration that divides a day; null for one that suits the length
   * @param zone an IANA name; null for UTC
   */
  public static Periods of(
      @Nullable String interval,
      @Nullable String zone,
      @Nullable Instant from,
      @Nullable Instant to,
      Instant now) {
    Instant end = to == null ? (from != null && !from.isBefore(now) ? from : now) : to;
    Instant begin = from == null ? end.minus(Duration.ofDays(1)) : from;
    if (!begin.isBefore(end)) {
      throw ProblemException.invalid(
          List.of(
              new FieldError("from", "is not before to"),
              new FieldError("to", "is not after from")));
    }
    ZoneId place = zone(zone);
    String word = interval == null ? suited(Duration.between(begin, end)) : interval;
    Cut cut = cut(word);
    List<Instant> bounds = new ArrayList<>();
    ZonedDateTime start = cut.start(begin, place);
    bounds.add(start.toInstant());
    while (bounds.get(bounds.size() - 1).isBefore(end)) {
      if (bounds.size() > MOST) {
        String rule =
            "makes more than " + MOST + " intervals; ask for less time or longer intervals";
        throw ProblemException.invalid(
            List.of(
                new FieldError("from", rule),
                new FieldError("interval", rule),
                new FieldError("to", rule)));
      }
      bounds.add(cut.plus(start, bounds.size()).toInstant());
    }
    Periods periods = new Periods(word, place, bounds);
    if (periods.to().isAfter(LAST)) {
      throw ProblemException.invalid("to", "makes an interval that ends after the year 9999");
    }
    if (periods.grain() == Grain.MINUTE && periods.from().isBefore(now.minus(MINUTES_KEPT))) {
      throw ProblemException.invalid(
          "from",
          "is more than 8 days ago; intervals that are no quarters of an hour are kept that long");
    }
    return periods;
  }

  /** As many intervals just before. */
  public Periods before() {
    Cut cut = cut(interval);
    ZonedDateTime start = from().atZone(zone);
    List<Instant> earlier = new ArrayList<>();
    for (int i = -count(); i <= 0; i++) {
      earlier.add(cut.plus(start, i).toInstant());
    }
    return new Periods(interval, zone, earlier);
  }

  /** The coarsest sums that these intervals are made of. */
  Grain grain() {
    for (Grain grain : Grain.values()) {
      if (bounds.stream().allMatch(bound -> bound.toEpochMilli() % grain.millis() == 0)) {
        return grain;
      }
    }
    throw new IllegalStateException("an interval begins within a minute");
  }

  /** Which interval an instant is in. */
  int indexOf(Instant instant) {
    int found = java.util.Collections.binarySearch(bounds, instant);
    return found >= 0 ? found : -found - 2;
  }

  private static String suited(Duration length) {
    if (length.compareTo(LONGEST_BY_MINUTE) <= 0) {
      return "minute";
    }
    return length.compareTo(LONGEST_BY_HOUR) <= 0 ? "hour" : "day";
  }

  private static Cut cut(String word) {
    return switch (word) {
      case "minute" -> new Cut(null, 1);
      case "hour" -> new Cut(null, 60);
      case "day" -> new Cut(ChronoUnit.DAYS, 0);
      case "week" -> new Cut(ChronoUnit.WEEKS, 0);
      case "month" -> new Cut(ChronoUnit.MONTHS, 0);
      default -> new Cut(null, minutes(word));
    };
  }

  private static int minutes(String word) {
    try {
      Duration duration = Duration.parse(word);
      long minutes = duration.toMinutes();
      if (minutes >= 1
          && duration.equals(Duration.ofMinutes(minutes))
          && DAY_MINUTES % minutes == 0) {
        return (int) minutes;
      }
    } catch (DateTimeException | ArithmeticException e) {
      // told below
    }
    throw ProblemException.invalid(
        "interval",
        "is one of minute, hour, day, week, month, or a duration of whole minutes that divides a"
            + " day, such as PT15M");
  }

  /** A place on the map of time zones; null is UTC. */
  public static ZoneId zone(@Nullable String zone) {
    if (zone == null || zone.toUpperCase(Locale.ROOT).equals("UTC")) {
      return ZoneOffset.UTC;
    }
    if (!ZoneId.getAvailableZoneIds().contains(zone)) {
      throw ProblemException.invalid("zone", "is no IANA time zone, such as Europe/Berlin");
    }
    return ZoneId.of(zone);
  }
}
