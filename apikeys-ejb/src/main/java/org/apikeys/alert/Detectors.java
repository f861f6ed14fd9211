package org.apikeys.alert;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import org.apikeys.alert.Profile.Measure;
import org.apikeys.api.alert.AlertKind;

/**
 * Compares an hour with what is usual, by robust statistics: a value is as unusual as it is far
 * from the median, in multiples of the median absolute deviation (MAD, times 1.4826 to be
 * comparable with a standard deviation). Counts are compared as logarithms or square roots, which
 * evens out that high counts vary more. No state of its own: the same code looks at live traffic
 * and at the month that it is evaluated with.
 */
final class Detectors {
  /** From this score on a finding is an alert, when no rule says otherwise. */
  static final int STANDARD_THRESHOLD = 60;

  private static final double MAD_TO_DEVIATION = 1.4826;
  private static final long DAY = 24;
  private static final double CERTAIN = 10;

  private Detectors() {}

  /** Looks at an hour of a key. */
  static List<Finding> ofKey(Profile usual, HourOf now) {
    List<Finding> found = new ArrayList<>();
    volume(usual, now, found);
    counts(
        usual,
        now,
        new Counted(
            Measure.VIOLATIONS,
            AlertKind.PERMISSION_VIOLATIONS,
            10,
            0,
            "was used %d times this hour for what it may not do (scope, address, page or"
                + " environment)"),
        found);
    counts(
        usual,
        now,
        new Counted(
            Measure.THROTTLES,
            AlertKind.THROTTLED,
            50,
            0,
            "ran into its limits %d times this hour"),
        found);
    counts(
        usual,
        now,
        new Counted(
            Measure.SPREAD,
            AlertKind.MANY_ADDRESSES_OF_KEY,
            10,
            2 * DAY,
            "was used from %d different networks this hour"),
        found);
    origins(usual, now, found);
    time(usual, now, found);
    return found;
  }

  /**
   * Looks at an hour of an address.
   *
   * @param watchedSince since when anything is watched: on the first day every address is new
   */
  static List<Finding> ofAddress(Profile usual, HourOf now, long watchedSince) {
    List<Finding> found = new ArrayList<>();
    counts(
        usual,
        now,
        new Counted(
            Measure.VIOLATIONS,
            AlertKind.FAILED_VALIDATIONS,
            20,
            0,
            "tried %d times this hour keys that do not exist or do not count"),
        found);
    if (now.hour() - watchedSince >= DAY) {
      counts(
          usual,
          now,
          new Counted(
              Measure.SPREAD,
              AlertKind.MANY_KEYS_FROM_ADDRESS,
              10,
              0,
              "used %d different keys this hour"),
          found);
    }
    return found;
  }

  /**
   * How a count is judged.
   *
   * @param least below it nothing is said
   * @param age how long the profile must be known, in hours
   */
  private record Counted(Measure measure, AlertKind kind, long least, long age, String sentence) {}

  private static void counts(Profile usual, HourOf now, Counted rule, List<Finding> found) {
    long value = now.of(rule.measure());
    int highest = usual.highest(rule.measure(), now.hour());
    if (value < rule.least() || usual.age(now.hour()) < rule.age() || value < 2L * highest) {
      return;
    }
    Deviation deviation =
        Deviation.of(usual.values(rule.measure(), now.hour()), (double) value, Math::sqrt, 0.75);
    if (deviation.isFar()) {
      found.add(
          new Finding(
              rule.kind(),
              deviation.score(),
              String.format(Locale.ROOT, rule.sentence(), value)
                  + String.format(
                      Locale.ROOT,
                      "; usual are %.0f, and the most was %d.",
                      deviation.usual(),
                      highest),
              List.of(deviation.reason())));
    }
  }

  private static void volume(Profile usual, HourOf now, List<Finding> found) {
    if (now.calls() < 100 || usual.age(now.hour()) < 5 * DAY) {
      return;
    }
    int highest = usual.highest(Measure.CALLS, now.hour());
    if (now.calls() < 2L * highest) {
      return;
    }
    double[] same = usual.sameTime(Measure.CALLS, now.hour());
    Deviation deviation = Deviation.of(same, (double) now.calls(), Math::log1p, 0.25);
    if (deviation.isFar() && now.calls() >= 3 * deviation.usual()) {
      found.add(
          new Finding(
              AlertKind.UNUSUAL_VOLUME,
              deviation.score(),
              String.format(
                  Locale.ROOT,
                  "made %d calls this hour; at this time of the day %.0f are usual, and the most"
                      + " in an hour of the last four weeks was %d.",
                  now.calls(),
                  deviation.usual(),
                  highest),
              List.of(deviation.reason())));
    }
  }

  /** Where calls come from: the fewer places a key usually has, the more a new one says. */
  private static void origins(Profile usual, HourOf now, List<Finding> found) {
    if (usual.age(now.hour()) < 7 * DAY) {
      return;
    }
    List<String> countries =
        now.countries().stream().filter(one -> !usual.knowsCountry(one)).sorted().toList();
    List<String> networks =
        now.networks().stream().filter(one -> !usual.knowsNetwork(one)).sorted().toList();
    if ((countries.isEmpty() && networks.isEmpty()) || usual.busyHours(now.hour()) < 20) {
      return;
    }
    if (!countries.isEmpty() && usual.countriesKnown() > 0) {
      int score = Math.max(0, 95 - 10 * usual.countriesKnown());
      found.add(
          new Finding(
              AlertKind.NEW_COUNTRY,
              score,
              "is used from a country for the first time: " + String.join(", ", countries) + ".",
              List.of(
                  "it was used from "
                      + number(usual.countriesKnown(), "country", "countries")
                      + " before")));
    }
    long fresh = usual.hoursOfNewNetworks(now.hour());
    if (!networks.isEmpty() && usual.networksKnown() > 0) {
      int score = (int) Math.max(0, 85 - 5 * fresh - 2L * Math.min(5, usual.networksKnown()));
      found.add(
          new Finding(
              AlertKind.NEW_NETWORK,
              score,
              "is used from a network for the first time: "
                  + String.join(", ", networks.stream().limit(5).toList())
                  + ".",
              List.of(
                  "it was used from "
                      + number(usual.networksKnown(), "network", "networks")
                      + " before",
                  "in " + number(fresh, "hour", "hours") + " of the last week one was new")));
    }
  }

  private static String number(long count, String one, String several) {
    return count + " " + (count == 1 ? one : several);
  }

  /** At a time of the day at which a key with regular hours is hardly ever used. */
  private static void time(Profile usual, HourOf now, List<Finding> found) {
    if (now.calls() < 5
        || usual.age(now.hour()) < 10 * DAY
        || usual.daysUsedAbout(now.hour()) > 0.1) {
      return;
    }
    long hours = usual.usualHours(now.hour());
    if (hours <= 16 && usual.busyHours(now.hour()) >= 40) {
      found.add(
          new Finding(
              AlertKind.UNUSUAL_HOURS,
              (int) Math.min(90, 60 + 2 * (16 - hours)),
              String.format(
                  Locale.ROOT,
                  "made %d calls between %02d:00 and %02d:00 UTC, when it is hardly ever used.",
                  now.calls(),
                  now.hour() % 24,
                  (now.hour() + 1) % 24),
              List.of("it is used in " + hours + " of the 24 hours of a day")));
    }
  }

  /**
   * How far a value is from what is usual.
   *
   * @param usual the median, as a count
   * @param distance from the median, in robust standard deviations
   */
  record Deviation(double usual, double distance) {
    static Deviation of(double[] history, double value, DoubleUnaryOperator even, double least) {
      double[] values = Arrays.stream(history).map(even).toArray();
      double median = median(values);
      double mad = median(Arrays.stream(values).map(one -> Math.abs(one - median)).toArray());
      double deviation = Math.max(MAD_TO_DEVIATION * mad, least);
      return new Deviation(
          median(history.clone()), (even.applyAsDouble(value) - median) / deviation);
    }

    private static double median(double[] values) {
      if (values.length == 0) {
        return 0;
      }
      Arrays.sort(values);
      int middle = values.length / 2;
      return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    boolean isFar() {
      return distance >= 3;
    }

    /** 50 at three deviations, 100 at ten and beyond. */
    int score() {
      return (int) Math.round(Math.min(100, 50 + 50 * (distance - 3) / (CERTAIN - 3)));
    }

    String reason() {
      return String.format(
          Locale.ROOT, "%.1f robust standard deviations above the median", distance);
    }
  }
}
