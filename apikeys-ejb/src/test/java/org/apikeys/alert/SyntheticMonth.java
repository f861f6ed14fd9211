package org.apikeys.alert;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apikeys.api.alert.AlertKind;

/**
 * Thirty days of sixty keys and forty addresses, made up, with incidents that are known: what the
 * detectors are measured with. The first fortnight has none, so that there is a history.
 *
 * <p>What is harmless and looks odd is in it too: weekly reports, growth, people who stay late,
 * hosts that move, typing mistakes, clients that try again.
 */
final class SyntheticMonth {
  static final int HOURS = 30 * 24;
  private static final int QUIET = 14 * 24;
  private static final int KEYS = 60;
  private static final int ADDRESSES = 40;
  private static final int INCIDENTS_OF_A_KIND = 14;

  /** 2026-06-01, a Monday, in hours since 1970 UTC. */
  static final long BEGIN = 20_605L * 24;

  /** What happened to a subject in some hours. */
  record Incident(AlertKind kind, int subject, boolean key, int from, int to) {
    boolean covers(boolean ofKey, int other, int hour) {
      return key == ofKey && subject == other && hour >= from && hour <= to;
    }
  }

  private enum Habit {
    OFFICE,
    BATCH,
    STEADY,
    MOBILE,
    SPARSE
  }

  private final Random random;
  private String foreign = "";
  final List<Incident> incidents = new ArrayList<>();
  final HourOf[][] keys = new HourOf[KEYS][HOURS];
  final HourOf[][] addresses = new HourOf[ADDRESSES][HOURS];

  SyntheticMonth(long seed) {
    random = new Random(seed);
    for (int key = 0; key < KEYS; key++) {
      makeKey(key, Habit.values()[key % Habit.values().length]);
    }
    for (int address = 0; address < ADDRESSES; address++) {
      makeAddress(address);
    }
    for (int i = 0; i < INCIDENTS_OF_A_KIND; i++) {
      makeIncidents();
    }
  }

  private void makeKey(int key, Habit habit) {
    double level = Math.exp(3 + 2.5 * random.nextDouble());
    double growth = random.nextInt(4) == 0 ? 0.02 : 0;
    boolean reports = random.nextInt(5) == 0;
    int moves = random.nextInt(25) == 0 ? QUIET + random.nextInt(HOURS - QUIET) : HOURS;
    int homes = 1 + random.nextInt(3);
    int lands = random.nextInt(4) == 0 ? 5 : Integer.MAX_VALUE;
    int trip = random.nextInt(30) == 0 ? QUIET + random.nextInt(HOURS - QUIET) : HOURS;
    boolean careless = random.nextInt(4) == 0;
    for (int hour = 0; hour < HOURS; hour++) {
      int clock = hour % 24;
      boolean weekend = (hour / 24) % 7 >= 5;
      double usual = level * share(habit, clock, weekend) * Math.pow(1 + growth, hour / 24.0);
      if (habit == Habit.OFFICE && clock == 18 && random.nextInt(4) == 0) {
        usual = level * 0.3;
      }
      if (reports && (hour / 24) % 7 == 0 && clock == 9) {
        usual = level * 4;
      }
      long calls = poisson(usual * Math.exp(0.35 * random.nextGaussian()));
      Set<String> networks = new HashSet<>();
      if (calls > 0) {
        if (habit == Habit.MOBILE) {
          int many = (int) Math.min(calls, 10 + poisson(20));
          for (int i = 0; i < many; i++) {
            networks.add("m" + random.nextInt(4_000));
          }
        } else {
          String place = hour >= moves ? "moved-" : "home-";
          networks.add(place + random.nextInt(homes));
        }
      }
      long violations = careless && calls > 0 && random.nextInt(8) == 0 ? poisson(3) : 0;
      long throttles = careless && calls > level ? poisson(6) : 0;
      keys[key][hour] =
          new HourOf(
              BEGIN + hour,
              calls,
              violations,
              throttles,
              networks.size(),
              networks,
              calls > 0
                  ? Set.of(hour == trip ? "PT" : random.nextInt(lands) == 0 ? "AT" : "DE")
                  : Set.of());
    }
  }

  private double share(Habit habit, int clock, boolean weekend) {
    return switch (habit) {
      case OFFICE -> weekend || clock < 7 || clock > 17 ? 0 : 1;
      case BATCH -> clock == 2 || clock == 3 ? 4 : 0;
      case STEADY -> 0.7 + 0.5 * Math.sin((clock - 8) * Math.PI / 12);
      case MOBILE -> 0.8 + 0.6 * Math.sin((clock - 10) * Math.PI / 12);
      case SPARSE -> weekend || clock < 8 || clock > 21 || random.nextInt(3) > 0 ? 0 : 0.1;
    };
  }

  private void makeAddress(int address) {
    int keysUsed = address % 4 == 0 ? 15 + random.nextInt(30) : 1 + random.nextInt(3);
    double typing = address % 3 == 0 ? 2 : 0.1;
    for (int hour = 0; hour < HOURS; hour++) {
      long used = Math.max(0, Math.round(keysUsed * (0.7 + 0.3 * random.nextDouble())));
      addresses[address][hour] =
          new HourOf(BEGIN + hour, 0, poisson(typing), 0, used, Set.of(), Set.of());
    }
  }

  private long poisson(double mean) {
    if (mean > 50) {
      return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
    }
    double limit = Math.exp(-mean);
    double product = 1;
    long count = -1;
    do {
      product *= random.nextDouble();
      count++;
    } while (product > limit);
    return count;
  }

  private void makeIncidents() {
    for (AlertKind kind :
        List.of(
            AlertKind.UNUSUAL_VOLUME,
            AlertKind.PERMISSION_VIOLATIONS,
            AlertKind.THROTTLED,
            AlertKind.NEW_COUNTRY,
            AlertKind.NEW_NETWORK,
            AlertKind.UNUSUAL_HOURS,
            AlertKind.MANY_ADDRESSES_OF_KEY)) {
      happenToKey(kind);
    }
    happenToAddress(AlertKind.FAILED_VALIDATIONS);
    happenToAddress(AlertKind.MANY_KEYS_FROM_ADDRESS);
  }

  private void happenToKey(AlertKind kind) {
    while (true) {
      int key = random.nextInt(KEYS);
      Habit habit = Habit.values()[key % Habit.values().length];
      int from = QUIET + random.nextInt(HOURS - QUIET - 4);
      int clock = from % 24;
      boolean fits =
          switch (kind) {
            case UNUSUAL_VOLUME -> habit != Habit.SPARSE;
            case NEW_NETWORK, MANY_ADDRESSES_OF_KEY ->
                habit != Habit.MOBILE && habit != Habit.SPARSE;
            case NEW_COUNTRY -> habit != Habit.SPARSE;
            case UNUSUAL_HOURS -> habit == Habit.OFFICE && (clock >= 21 || clock <= 3);
            default -> true;
          };
      if (!fits || isTaken(true, key, from)) {
        continue;
      }
      int to = from + 1 + random.nextInt(3);
      incidents.add(new Incident(kind, key, true, from, to));
      foreign = "X" + (char) ('A' + incidents.size() % 26);
      double highest = 1;
      for (int hour = 0; hour < from; hour++) {
        highest = Math.max(highest, (double) keys[key][hour].calls());
      }
      for (int hour = from; hour <= to; hour++) {
        keys[key][hour] = changed(keys[key][hour], kind, highest);
      }
      return;
    }
  }

  private HourOf changed(HourOf usual, AlertKind kind, double highest) {
    Set<String> networks = new HashSet<>(usual.networks());
    Set<String> countries = new HashSet<>(usual.countries());
    long calls = usual.calls();
    long violations = usual.violations();
    long throttles = usual.throttles();
    switch (kind) {
      case UNUSUAL_VOLUME -> calls += (long) Math.max(200, highest * (2 + 8 * random.nextDouble()));
      case PERMISSION_VIOLATIONS -> violations += 20 + random.nextInt(300);
      case THROTTLED -> throttles += 80 + random.nextInt(900);
      case NEW_COUNTRY -> {
        calls += 5;
        countries.add(foreign);
        networks.add("foreign");
      }
      case NEW_NETWORK -> {
        calls += 5;
        networks.add("strange-" + random.nextInt(1_000_000));
      }
      case UNUSUAL_HOURS -> {
        calls += 10 + random.nextInt(90);
        networks.add("home-0");
      }
      case MANY_ADDRESSES_OF_KEY -> {
        int many = 15 + random.nextInt(80);
        calls += many;
        for (int i = 0; i < many; i++) {
          networks.add("strange-" + random.nextInt(1_000_000));
        }
      }
      default -> throw new IllegalArgumentException();
    }
    return new HourOf(
        usual.hour(), calls, violations, throttles, networks.size(), networks, countries);
  }

  private void happenToAddress(AlertKind kind) {
    while (true) {
      int address = random.nextInt(ADDRESSES);
      int from = QUIET + random.nextInt(HOURS - QUIET - 4);
      if (isTaken(false, address, from)
          || (kind == AlertKind.MANY_KEYS_FROM_ADDRESS && address % 4 == 0)) {
        continue;
      }
      int to = from + random.nextInt(3);
      incidents.add(new Incident(kind, address, false, from, to));
      for (int hour = from; hour <= to; hour++) {
        HourOf usual = addresses[address][hour];
        boolean failures = kind == AlertKind.FAILED_VALIDATIONS;
        addresses[address][hour] =
            new HourOf(
                usual.hour(),
                0,
                usual.violations() + (failures ? 40 + random.nextInt(2_000) : 0),
                0,
                usual.spread() + (failures ? 0 : 15 + random.nextInt(50)),
                Set.of(),
                Set.of());
      }
      return;
    }
  }

  /** Incidents of one subject are a day apart, so that each is told from the others. */
  private boolean isTaken(boolean key, int subject, int hour) {
    return incidents.stream()
        .anyMatch(
            one ->
                one.key() == key && one.subject() == subject && Math.abs(one.from() - hour) < 30);
  }
}
