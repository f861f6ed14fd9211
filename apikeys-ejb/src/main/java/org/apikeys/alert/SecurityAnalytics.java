package org.apikeys.alert;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apikeys.api.alert.AlertKind;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.store.StoredRows;
import org.apikeys.usage.Periods;
import org.jspecify.annotations.Nullable;

/** What went wrong with keys, by time, by key and by source. */
@Stateless
@RolesAllowed(ManagementScope.REPORTS_READ)
public class SecurityAnalytics {
  private static final int MOST_KEYS = 100;
  private static final int MOST_SOURCES = 50;
  private static final long MINUTE = 60_000;
  private static final int[] GRAINS = {1_440, 60, 15, 1};
  private static final List<String> ORIGINS =
      List.of(
          AlertKind.NEW_COUNTRY.word(),
          AlertKind.NEW_NETWORK.word(),
          AlertKind.MANY_ADDRESSES_OF_KEY.word(),
          AlertKind.MANY_KEYS_FROM_ADDRESS.word(),
          AlertKind.FAILED_VALIDATIONS.word());

  @PersistenceContext EntityManager store;

  /**
   * What went wrong in some time.
   *
   * @param failures calls with keys that do not exist or do not count
   * @param throttles calls beyond a limit
   * @param permissionViolations calls that the key may not make, those from addresses that it may
   *     not be used from among them
   * @param ipAnomalies alerts about where calls came from
   */
  public record Sums(long failures, long throttles, long permissionViolations, long ipAnomalies) {
    private static final Sums NONE = new Sums(0, 0, 0, 0);

    private Sums plus(Sums other) {
      return new Sums(
          failures + other.failures,
          throttles + other.throttles,
          permissionViolations + other.permissionViolations,
          ipAnomalies + other.ipAnomalies);
    }

    private long all() {
      return failures + throttles + permissionViolations + ipAnomalies;
    }
  }

  /** The sums of one interval. */
  public record Point(Instant start, Sums sums) {}

  /** The sums of one key. */
  public record OfKey(long keyId, @Nullable String name, Sums sums) {}

  /** How often an address tried keys that do not count. */
  public record Source(String address, long failures) {}

  /**
   * The whole picture.
   *
   * @param keys those with the most, at most 100
   * @param sources those with the most failures, at most 50; of all keys, since most are of none
   */
  public record Picture(Sums totals, List<Point> points, List<OfKey> keys, List<Source> sources) {}

  /**
   * Tells what went wrong.
   *
   * @param key only of this one; null for all of the organization
   */
  public Picture of(long organization, @Nullable Long key, Periods periods) {
    List<Instant> bounds = periods.bounds();
    Sums[] points = new Sums[periods.count()];
    java.util.Arrays.fill(points, Sums.NONE);
    Map<Long, Sums> byKey = new HashMap<>();
    long from = periods.from().toEpochMilli();
    long to = periods.to().toEpochMilli();
    for (Object[] row : denials(organization, key, grain(bounds), from, to)) {
      Sums sums = sums((String) row[2], number(row[3]));
      add(points, bounds, number(row[0]), sums);
      byKey.merge(number(row[1]), sums, Sums::plus);
    }
    for (Object[] row : anomalies(organization, key, from, to)) {
      Sums one = new Sums(0, 0, 0, 1);
      add(points, bounds, number(row[0]), one);
      if (row[1] != null) {
        byKey.merge(number(row[1]), one, Sums::plus);
      }
    }
    if (key == null) {
      // keys that do not exist are nobody's: they are known by their source alone
      for (Object[] row : unknown(organization, from, to)) {
        add(points, bounds, number(row[0]), new Sums(number(row[1]), 0, 0, 0));
      }
    }
    Sums totals = Sums.NONE;
    List<Point> series = new ArrayList<>();
    for (int i = 0; i < points.length; i++) {
      series.add(new Point(bounds.get(i), points[i]));
      totals = totals.plus(points[i]);
    }
    return new Picture(totals, series, worst(byKey), sources(organization, from, to));
  }

  private static int grain(List<Instant> bounds) {
    for (int grain : GRAINS) {
      if (bounds.stream().allMatch(bound -> bound.toEpochMilli() % (grain * MINUTE) == 0)) {
        return grain;
      }
    }
    return 1;
  }

  private static Sums sums(String code, long calls) {
    return switch (DenialKind.of(DecisionCode.valueOf(code))) {
      case FAILURE -> new Sums(calls, 0, 0, 0);
      case THROTTLE -> new Sums(0, calls, 0, 0);
      case VIOLATION -> new Sums(0, 0, calls, 0);
    };
  }

  private static void add(Sums[] points, List<Instant> bounds, long millis, Sums more) {
    int found = Collections.binarySearch(bounds, Instant.ofEpochMilli(millis));
    int index = found >= 0 ? found : -found - 2;
    if (index >= 0 && index < points.length) {
      points[index] = points[index].plus(more);
    }
  }

  private List<Object[]> denials(
      long organization, @Nullable Long key, int grain, long from, long to) {
    return StoredRows.of(
        store,
        "SELECT bucket, subject, item, requests FROM usage_rollup WHERE organization_id = ?1"
            + " AND grain = ?2 AND kind = 'code' AND bucket >= ?3 AND bucket < ?4"
            + " AND item <> 'VALID' AND "
            + (key == null ? "subject > 0" : "subject = " + key),
        organization,
        grain,
        from,
        to);
  }

  private List<Object[]> anomalies(long organization, @Nullable Long key, long from, long to) {
    return StoredRows.of(
        store,
        "SELECT first_seen, api_key_id FROM alert WHERE organization_id = ?1 AND first_seen >= ?2"
            + " AND first_seen < ?3 AND kind IN ('"
            + String.join("', '", ORIGINS)
            + "')"
            + (key == null ? "" : " AND api_key_id = " + key),
        organization,
        from,
        to);
  }

  private List<Object[]> unknown(long organization, long from, long to) {
    return StoredRows.of(
        store,
        "SELECT minute_at, SUM(calls) FROM failed_validation WHERE organization_id = ?1"
            + " AND minute_at >= ?2 AND minute_at < ?3 AND code IN ('NOT_FOUND', 'MALFORMED')"
            + " GROUP BY minute_at",
        organization,
        from,
        to);
  }

  private List<Source> sources(long organization, long from, long to) {
    return StoredRows.of(
            store,
            "SELECT address, SUM(calls) FROM failed_validation WHERE organization_id = ?1"
                + " AND minute_at >= ?2 AND minute_at < ?3 GROUP BY address"
                + " ORDER BY 2 DESC FETCH FIRST "
                + MOST_SOURCES
                + " ROWS ONLY",
            organization,
            from,
            to)
        .stream()
        .map(row -> new Source((String) row[0], number(row[1])))
        .toList();
  }

  private List<OfKey> worst(Map<Long, Sums> byKey) {
    List<Map.Entry<Long, Sums>> most =
        byKey.entrySet().stream()
            .filter(one -> one.getValue().all() > 0)
            .sorted(
                Map.Entry.<Long, Sums>comparingByValue((a, b) -> Long.compare(b.all(), a.all()))
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(MOST_KEYS)
            .toList();
    if (most.isEmpty()) {
      return List.of();
    }
    Map<Long, String> names = new TreeMap<>();
    String ids = String.join(", ", most.stream().map(one -> Long.toString(one.getKey())).toList());
    for (Object[] row :
        StoredRows.of(store, "SELECT id, name FROM api_key WHERE id IN (" + ids + ")")) {
      names.put(number(row[0]), (String) row[1]);
    }
    return most.stream()
        .map(one -> new OfKey(one.getKey(), names.get(one.getKey()), one.getValue()))
        .toList();
  }

  private static long number(@Nullable Object column) {
    return column == null ? 0 : ((Number) column).longValue();
  }
}
