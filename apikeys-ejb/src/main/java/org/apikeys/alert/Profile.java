package org.apikeys.alert;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * What is usual for a key, or for an address: four weeks of hours, and the networks and countries
 * that calls came from. Everything is learnt from its own history.
 *
 * <p>An hour is never learnt as much more than the highest before it, so that one burst does not
 * hide the next, and a lasting change is usual after some hours. Calls are learnt faster than what
 * should not happen at all, since they do rise for good reasons.
 */
@JsonAutoDetect(fieldVisibility = Visibility.ANY)
final class Profile {
  /** Hours that are remembered. */
  static final int HOURS = 28 * 24;

  private static final int MOST_ORIGINS = 200;
  private static final long FORGOTTEN = 60 * 24;

  /** What a profile counts in each hour. */
  enum Measure {
    /** Calls that were allowed. */
    CALLS(100, 4),
    /** Calls that the key may not make; for an address: keys that do not count. */
    VIOLATIONS(5, 1.25),
    /** Calls beyond a limit. */
    THROTTLES(15, 1.25),
    /** Networks that a key was used from; for an address: keys that it used. */
    SPREAD(4, 1.25);

    private final int slack;
    private final double factor;

    Measure(int slack, double factor) {
      this.slack = slack;
      this.factor = factor;
    }

    /** The most that an hour is learnt as. */
    private long most(long highest) {
      return Math.max(highest + slack, (long) (highest * factor));
    }
  }

  private long first = -1;
  private long last = -1;
  private final Map<Measure, int[]> hours = new EnumMap<>(Measure.class);
  private final Map<String, Seen> networks = new TreeMap<>();
  private final Map<String, Seen> countries = new TreeMap<>();

  Profile() {
    for (Measure measure : Measure.values()) {
      hours.put(measure, new int[HOURS]);
    }
  }

  private int[] ring(Measure measure) {
    return Objects.requireNonNull(hours.get(measure));
  }

  /** When something was seen for the first and the last time, in hours since 1970. */
  record Seen(long first, long last) {}

  /** The latest hour that was learnt; -1 for none. */
  long last() {
    return last;
  }

  /** How many hours it has been known before this one. */
  long age(long hour) {
    return first < 0 ? 0 : hour - first;
  }

  /** Takes in an hour that is over. */
  void learn(HourOf over) {
    if (over.hour() <= last) {
      return;
    }
    forget(over.hour());
    for (Measure measure : Measure.values()) {
      long most = measure.most(highest(measure, over.hour()));
      ring(measure)[place(over.hour())] =
          (int) Math.min(over.of(measure), first < 0 ? Integer.MAX_VALUE : most);
    }
    over.networks().forEach(name -> see(networks, name, over.hour()));
    over.countries().forEach(name -> see(countries, name, over.hour()));
    if (first < 0) {
      first = over.hour();
    }
    last = over.hour();
  }

  /** Makes room for the hours since the last one, in which nothing happened. */
  private void forget(long hour) {
    long from = Math.max(last + 1, hour - HOURS + 1);
    for (long quiet = from; quiet <= hour; quiet++) {
      for (int[] ring : hours.values()) {
        ring[place(quiet)] = 0;
      }
    }
  }

  private static void see(Map<String, Seen> known, String name, long hour) {
    known.merge(name, new Seen(hour, hour), (old, now) -> new Seen(old.first(), hour));
    known.values().removeIf(seen -> hour - seen.last() > FORGOTTEN);
    if (known.size() > MOST_ORIGINS) {
      known.entrySet().stream()
          .min((a, b) -> Long.compare(a.getValue().last(), b.getValue().last()))
          .map(Map.Entry::getKey)
          .ifPresent(known::remove);
    }
  }

  private static int place(long hour) {
    return (int) (hour % HOURS);
  }

  /** The highest value of an hour before this one. */
  int highest(Measure measure, long now) {
    int[] ring = ring(measure);
    int highest = 0;
    long end = Math.min(last, now - 1);
    for (long hour = earliest(now); first >= 0 && hour <= end; hour++) {
      highest = Math.max(highest, ring[place(hour)]);
    }
    return highest;
  }

  private long earliest(long now) {
    return Math.max(Math.max(first, 0), now - HOURS + 1);
  }

  /** The values of every hour before this one, idle ones since the last included. */
  double[] values(Measure measure, long now) {
    return values(measure, hoursBefore(now, false));
  }

  /** The values of the same hour of other days, and of the hours beside it. */
  double[] sameTime(Measure measure, long now) {
    return values(measure, hoursBefore(now, true));
  }

  private double[] values(Measure measure, LongStream hours) {
    int[] ring = ring(measure);
    return hours.mapToDouble(hour -> hour > last ? 0 : ring[place(hour)]).toArray();
  }

  private LongStream hoursBefore(long now, boolean sameTime) {
    return first < 0
        ? LongStream.empty()
        : LongStream.range(earliest(now), now).filter(hour -> !sameTime || isSameTime(hour, now));
  }

  private static boolean isSameTime(long hour, long now) {
    long apart = Math.floorMod(now - hour, 24L);
    return now - hour > 2 && (apart <= 1 || apart == 23);
  }

  /** On which part of the days before it was used about this time of the day. */
  double daysUsedAbout(long now) {
    long used =
        hoursBefore(now, true)
            .filter(hour -> hour <= last && ring(Measure.CALLS)[place(hour)] > 0)
            .map(hour -> Math.floorDiv(now - hour + 1, 24L))
            .distinct()
            .count();
    return (double) used / Math.max(1, Math.min(age(now), HOURS) / 24);
  }

  /** On how many of the hours of a day it is used on more than every eighth day. */
  long usualHours(long now) {
    int[] used = new int[24];
    hoursBefore(now, false)
        .filter(hour -> hour <= last && ring(Measure.CALLS)[place(hour)] > 0)
        .forEach(hour -> used[(int) (hour % 24)]++);
    long days = Math.max(1, Math.min(age(now), HOURS) / 24);
    return Arrays.stream(used).filter(count -> count * 8L > days).count();
  }

  /** In how many hours it was used. */
  long busyHours(long now) {
    int[] calls = ring(Measure.CALLS);
    long end = Math.min(last, now - 1);
    long busy = 0;
    for (long hour = earliest(now); first >= 0 && hour <= end; hour++) {
      busy += calls[place(hour)] > 0 ? 1 : 0;
    }
    return busy;
  }

  boolean knowsNetwork(String network) {
    return networks.containsKey(network);
  }

  boolean knowsCountry(String country) {
    return countries.containsKey(country);
  }

  int networksKnown() {
    return networks.size();
  }

  int countriesKnown() {
    return countries.size();
  }

  /** In how many hours of the week before a network was new. */
  long hoursOfNewNetworks(long now) {
    return networks.values().stream()
        .mapToLong(Seen::first)
        .filter(hour -> hour > first + 24 && now - hour <= 7 * 24)
        .distinct()
        .count();
  }
}
