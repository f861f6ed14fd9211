package org.apikeys.report;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.apikeys.usage.Trend;
import org.jspecify.annotations.Nullable;

/**
 * When a limit is reached if use grows as it does.
 *
 * @param window ISO 8601 duration of the window that is limited
 * @param limit calls that the window takes
 * @param peak the most calls in one window in the days that were looked at
 * @param level the calls of a day's fullest window by the trend, now
 * @param usedPercent level of the limit
 * @param growthPerDay by the trend; null when there are too few days for one
 * @param significance probability that this growth is chance; null when there is no trend
 * @param reachesAt when the trend meets the limit; null when it does not within two years
 * @param sentence the same for people
 */
public record Forecast(
    String window,
    long limit,
    long peak,
    long level,
    double usedPercent,
    @Nullable Double growthPerDay,
    @Nullable Double significance,
    @Nullable Instant reachesAt,
    String sentence) {
  /** Fewer days with calls make no trend. */
  static final int FEWEST_DAYS = 7;

  private static final double FARTHEST_DAYS = 731;

  /**
   * Looks ahead.
   *
   * @param what whose limit it is, to begin a sentence with
   * @param peaks the fullest window of each whole day, the latest last
   * @param today the start of the day that is not over
   */
  static Forecast of(String what, String window, long limit, List<Long> peaks, Instant today) {
    long peak = peaks.stream().mapToLong(Long::longValue).max().orElse(0);
    int first = 0;
    while (first < peaks.size() && peaks.get(first) == 0) {
      first++;
    }
    List<Long> since = peaks.subList(first, peaks.size());
    long used = since.stream().filter(calls -> calls > 0).count();
    if (used < FEWEST_DAYS) {
      String why =
          what
              + (" has been used on " + used + " whole days; a forecast takes ")
              + (FEWEST_DAYS + ".");
      return new Forecast(window, limit, peak, peak, percent(peak, limit), null, null, null, why);
    }
    Trend trend = Trend.of(since);
    long level = Math.max(0, Math.round(trend.level()));
    Instant reaches = reaches(trend, limit, today);
    return new Forecast(
        window,
        limit,
        peak,
        level,
        percent(level, limit),
        Math.round(trend.slope() * 100) / 100.0,
        Math.round(trend.significance() * 10_000) / 10_000.0,
        reaches,
        sentence(what, window, limit, level, trend, reaches));
  }

  private static @Nullable Instant reaches(Trend trend, long limit, Instant today) {
    if (trend.level() >= limit) {
      return today;
    }
    double days = (limit - trend.level()) / trend.slope();
    return trend.isGrowing() && days <= FARTHEST_DAYS
        ? today.plus(Duration.ofMinutes(Math.round(days * 1_440)))
        : null;
  }

  private static String sentence(
      String what, String window, long limit, long level, Trend trend, @Nullable Instant reaches) {
    String standing =
        String.format(
            Locale.ROOT,
            "%s stands at %,d of %,d calls in %s (%.0f %%)",
            what,
            level,
            limit,
            words(window),
            percent(level, limit));
    if (trend.level() >= limit) {
      return standing + ": it is at its limit now.";
    }
    if (!trend.isGrowing()) {
      return standing + " and does not grow.";
    }
    String growth = String.format(Locale.ROOT, ", growing by %,.1f a day: ", trend.slope());
    return reaches == null
        ? standing + growth + "it does not reach the limit within two years."
        : standing + growth + "it reaches the limit on " + date(reaches) + ".";
  }

  private static LocalDate date(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC).toLocalDate();
  }

  private static String words(String window) {
    return switch (window) {
      case "PT1M" -> "its fullest minute of a day";
      case "PT1H" -> "its fullest hour of a day";
      default -> "a day";
    };
  }

  private static double percent(long part, long whole) {
    return Math.round(1_000.0 * part / whole) / 10.0;
  }
}
