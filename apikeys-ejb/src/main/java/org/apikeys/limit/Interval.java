package org.apikeys.limit;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A span of the calendar in UTC, of one unit: {@code PT30S}, {@code PT1H}, {@code P1D}, {@code
 * P1W}, {@code P1M}. A month is a month, however many days it has.
 */
record Interval(int amount, ChronoUnit unit) {
  /** Of a span that somebody lives to see the end of. */
  static final String FORM =
      "P([1-9][0-9]{0,3}[DW]|[1-9][0-9]{0,2}M|[1-9][0-9]?Y|T[1-9][0-9]{0,5}[HMS])";

  static final String RULE =
      "is an ISO 8601 duration of one unit and at most 99 years, such as PT1H, P1D or P1M (a"
          + " calendar month)";

  /** What rests may be longer: it was taken by an older version. */
  private static final Pattern PARTS =
      Pattern.compile("P(?=T.*[HMS]|[^T]*[DWMY])(T?)([1-9][0-9]{0,5})([A-Z])");

  private static final long DAY_SECONDS = 86_400;

  /** Weeks begin on Mondays; this is the first since 1970. */
  private static final LocalDate FIRST_MONDAY = LocalDate.of(1970, 1, 5);

  static Interval parse(String iso) {
    Matcher parts = PARTS.matcher(iso);
    if (!parts.matches()) {
      throw new IllegalArgumentException(RULE);
    }
    boolean time = !parts.group(1).isEmpty();
    ChronoUnit unit =
        switch (parts.group(3)) {
          case "S" -> ChronoUnit.SECONDS;
          case "H" -> ChronoUnit.HOURS;
          case "D" -> ChronoUnit.DAYS;
          case "W" -> ChronoUnit.WEEKS;
          case "Y" -> ChronoUnit.YEARS;
          default -> time ? ChronoUnit.MINUTES : ChronoUnit.MONTHS;
        };
    return new Interval(Integer.parseInt(parts.group(2)), unit);
  }

  /** Whether each aligned window of another lies in one of this. */
  boolean covers(Interval other) {
    if (unit == ChronoUnit.WEEKS && other.unit == ChronoUnit.WEEKS) {
      return amount % other.amount == 0;
    }
    if (isOfMonths() && other.isOfMonths()) {
      return months() % other.months() == 0;
    }
    if (isOfDays() && other.isOfDays()) {
      return seconds() % other.seconds() == 0;
    }
    // weeks, months and years begin at midnight, and not all on a day that another begins on
    return !isOfDays() && other.isOfDays() && DAY_SECONDS % other.seconds() == 0;
  }

  private boolean isOfMonths() {
    return unit == ChronoUnit.MONTHS || unit == ChronoUnit.YEARS;
  }

  private long months() {
    return unit == ChronoUnit.YEARS ? 12L * amount : amount;
  }

  /** Of days or of what divides them: counted from 1970 on, and always of one length. */
  private boolean isOfDays() {
    return unit != ChronoUnit.WEEKS && !isOfMonths();
  }

  private long seconds() {
    return unit.getDuration().toSeconds() * amount;
  }

  /** When the aligned window that contains an instant began; milliseconds since 1970 UTC. */
  long startOf(long millis) {
    ZonedDateTime epoch =
        (unit == ChronoUnit.WEEKS ? FIRST_MONDAY : LocalDate.EPOCH).atStartOfDay(ZoneOffset.UTC);
    ZonedDateTime at = Instant.ofEpochMilli(millis).atZone(ZoneOffset.UTC);
    long whole = unit.between(epoch, at);
    if (epoch.plus(whole, unit).isAfter(at)) {
      whole--;
    }
    return epoch.plus(Math.floorDiv(whole, amount) * amount, unit).toInstant().toEpochMilli();
  }

  /** When the window that begins then ends. */
  long endOf(long start) {
    return after(start, 1);
  }

  /**
   * So many intervals after an instant, counted from it: a month after 31 January is 28 February.
   */
  long after(long anchor, long times) {
    return Instant.ofEpochMilli(anchor)
        .atZone(ZoneOffset.UTC)
        .plus(times * amount, unit)
        .toInstant()
        .toEpochMilli();
  }

  /** How many whole intervals lie between; less than none when the anchor is yet to come. */
  long between(long anchor, long millis) {
    ZonedDateTime from = Instant.ofEpochMilli(anchor).atZone(ZoneOffset.UTC);
    long units = unit.between(from, Instant.ofEpochMilli(millis).atZone(ZoneOffset.UTC));
    long times = Math.floorDiv(units, amount);
    while (after(anchor, times) > millis) {
      times--;
    }
    // from the end of a month to that of a shorter one is a whole month that is not counted so
    while (after(anchor, times + 1) <= millis) {
      times++;
    }
    return times;
  }
}
