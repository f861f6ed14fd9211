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

  /** As {@link #of(String, String, Instant, Instant, Instant, KeptSums)}, where all is kept. */
  public static Periods of(
      @Nullable String interval,
      @Nullable String zone,
      @Nullable Instant from,
      @Nullable Instant to,
      Instant now) {
    return of(interval, zone, from, to, now, KeptSums.all(now));
  }

  /**
   * Cuts the time between two instants; the first and the last interval are whole. Days of a zone
   * are made of hours: where these are not kept any more, days, weeks and months are those of UTC.
   *
   * @param interval {@code minute}, {@code hour}, {@code day}, {@code week}, {@code month}, or a
   *     duration that divides a day; null for one that suits the length
   * @param zone an IANA name; null for UTC
   * @param kept what intervals can be made of
   */
  public static Periods of(
      @Nullable String interval,
      @Nullable String zone,
      @Nullable Instant from,
      @Nullable Instant to,
      Instant now,
      KeptSums kept) {
    Instant end = to == null ? (from != null && !from.isBefore(now) ? from : now) : to;
    Instant begin = from == null ? end.minus(Duration.ofDays(1)) : from;
    if (!begin.isBefore(end)) {
      throw ProblemException.invalid(
          List.of(
              new FieldError("from", "is not before to"),
              new FieldError("to", "is not after from")));
    }
    ZoneId place = zone(zone);
    String word = interval == null ? suited(begin, end, kept) : interval;
    Periods periods = cut(word, place, begin, end);
    if (kept.hold(periods)) {
      return periods;
    }
    Periods ofUtc = cut(word, ZoneOffset.UTC, begin, end);
    if (ofUtc.grain() == Grain.DAY) {
      return ofUtc;
    }
    throw ProblemException.invalid("from", notKept(periods.grain(), kept));
  }

  private static String notKept(Grain grain, KeptSums kept) {
    String fine = grain == Grain.MINUTE ? "that are no quarters of an hour" : "shorter than a day";
    return "is before "
        + kept.since(grain).truncatedTo(ChronoUnit.SECONDS)
        + (": intervals " + fine + " are kept from then on; ask for longer ones, such as day");
  }

  private static Periods cut(String word, ZoneId place, Instant begin, Instant end) {
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

  /**
   * The coarsest sums that these intervals are made of. Before clocks had zones, some went wrong by
   * seconds: then it is the finest that there are.
   */
  Grain grain() {
    for (Grain grain : Grain.values()) {
      if (bounds.stream().allMatch(bound -> bound.toEpochMilli() % grain.millis() == 0)) {
        return grain;
      }
    }
    return Grain.MINUTE;
  }

  /** Which interval an instant is in. */
  int indexOf(Instant instant) {
    int found = java.util.Collections.binarySearch(bounds, instant);
    return found >= 0 ? found : -found - 2;
  }

  private static String suited(Instant begin, Instant end, KeptSums kept) {
    Duration length = Duration.between(begin, end);
    Instant hour = begin.truncatedTo(ChronoUnit.HOURS);
    if (length.compareTo(LONGEST_BY_MINUTE) <= 0 && !hour.isBefore(kept.minutes())) {
      return "minute";
    }
    return length.compareTo(LONGEST_BY_HOUR) <= 0 && !hour.isBefore(kept.hours()) ? "hour" : "day";
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
