package org.apikeys.alert;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.restriction.Networks;
import org.apikeys.store.InList;
import org.apikeys.store.StoredRows;
import org.apikeys.usage.Geography;
import org.jspecify.annotations.Nullable;

/**
 * Tells what keys and addresses did, hour by hour, from what calls were summed up to and from the
 * failures that were noted.
 */
@Stateless
@PermitAll
public class Hours {
  static final long HOUR = 3_600_000;
  private static final int HOUR_MINUTES = 60;

  /** Addresses with fewer failures and keys are everybody's: nothing is learnt about them. */
  private static final long NOTEWORTHY = 5;

  /** Keys that are looked at before another may use the thread. */
  static final int PAGE = 300;

  @PersistenceContext EntityManager store;
  private final Geography geography;

  @Inject
  public Hours(Geography geography) {
    this.geography = geography;
  }

  @SuppressWarnings("NullAway")
  public Hours() {
    geography = null;
  }

  /** An address as an organization sees it. */
  record Address(long organizationId, String address) {
    String subject() {
      return "address-" + organizationId + "-" + address;
    }
  }

  /** What a key of an organization did. */
  record KeyHour(long organizationId, HourOf did) {}

  /**
   * Some of the keys that were called in an hour.
   *
   * @param next after which key the next ones come; empty when these were the last
   */
  public record Keys(Map<Long, KeyHour> keys, OptionalLong next) {}

  /** Sums of an hour. */
  private static final class Counts {
    private long calls;
    private long violations;
    private long throttles;

    /** Adds what was called with a code that is not VALID; all calls have none. */
    void add(String code, long number) {
      if (code.isEmpty()) {
        calls += number;
        return;
      }
      calls -= number;
      switch (DenialKind.of(DecisionCode.valueOf(code))) {
        case VIOLATION -> violations += number;
        case THROTTLE -> throttles += number;
        case FAILURE -> {}
      }
    }

    HourOf of(long hour, Set<String> addresses, Geography geography) {
      Set<String> networks = new HashSet<>();
      Set<String> countries = new HashSet<>();
      for (String address : addresses) {
        networks.add(Networks.of(address));
        String country = geography.country(address);
        if (country != null) {
          countries.add(country);
        }
      }
      return new HourOf(hour, calls, violations, throttles, networks.size(), networks, countries);
    }
  }

  /** The next keys that were called in an hour, and what with, as far as it is over. */
  public Keys keys(long hour, long after) {
    TreeMap<Long, Long> organizations = new TreeMap<>();
    for (Object[] row :
        StoredRows.of(
            store,
            "SELECT subject, organization_id FROM usage_rollup WHERE grain = "
                + HOUR_MINUTES
                + " AND bucket = ?1 AND kind = 'all' AND subject > ?2 ORDER BY subject"
                + " FETCH FIRST "
                + PAGE
                + " ROWS ONLY",
            hour * HOUR,
            Math.max(after, 0))) {
      organizations.put(number(row[0]), number(row[1]));
    }
    Map<Long, SortedMap<Long, Counts>> counts = counts(organizations.keySet(), hour, hour + 1);
    Map<Long, Set<String>> addresses = addressesOf(organizations.keySet(), hour);
    Map<Long, KeyHour> keys = new TreeMap<>();
    organizations.forEach(
        (key, organization) -> {
          Counts did = counts.getOrDefault(key, new TreeMap<>()).getOrDefault(hour, new Counts());
          HourOf of = did.of(hour, addresses.getOrDefault(key, Set.of()), geography);
          keys.put(key, new KeyHour(organization, of));
        });
    boolean more = organizations.size() == PAGE;
    return new Keys(keys, more ? OptionalLong.of(organizations.lastKey()) : OptionalLong.empty());
  }

  private Map<Long, Set<String>> addressesOf(Set<Long> keys, long hour) {
    Map<Long, Set<String>> addresses = new HashMap<>();
    read(
        "SELECT api_key_id, item FROM key_use WHERE kind = 'address' AND last_used_at >= ?"
            + " AND api_key_id IN ("
            + InList.PLACES
            + ")",
        keys,
        List.of(hour * HOUR),
        row ->
            addresses.computeIfAbsent(row.getLong(1), id -> new HashSet<>()).add(row.getString(2)));
    return addresses;
  }

  /** Addresses that did enough in an hour for something to be learnt about them. */
  public Map<Address, HourOf> addresses(long hour) {
    Map<Address, Long> used =
        noteworthy(
            "SELECT k.organization_id, u.item, COUNT(*) FROM key_use u JOIN api_key k"
                + " ON k.id = u.api_key_id WHERE u.kind = 'address' AND u.last_used_at >= ?1"
                + " GROUP BY k.organization_id, u.item HAVING COUNT(*) >= ?2",
            hour * HOUR,
            NOTEWORTHY);
    Map<Address, Long> failures =
        noteworthy(
            "SELECT organization_id, address, SUM(calls) FROM failed_validation"
                + " WHERE minute_at >= ?1 AND minute_at < ?2 GROUP BY organization_id, address"
                + " HAVING SUM(calls) >= ?3",
            hour * HOUR,
            (hour + 1) * HOUR,
            NOTEWORTHY);
    Set<Address> all = new HashSet<>(failures.keySet());
    all.addAll(used.keySet());
    Map<Address, HourOf> addresses = new HashMap<>();
    for (Address address : all) {
      long failed = failures.getOrDefault(address, 0L);
      long keys = used.getOrDefault(address, 0L);
      addresses.put(address, new HourOf(hour, 0, failed, 0, keys, Set.of(), Set.of()));
    }
    return addresses;
  }

  private Map<Address, Long> noteworthy(String sql, Object... parameters) {
    Map<Address, Long> found = new HashMap<>();
    for (Object[] row : StoredRows.of(store, sql, parameters)) {
      if (!SecurityWatch.MORE.equals(row[1])) {
        found.put(new Address(number(row[0]), (String) row[1]), number(row[2]));
      }
    }
    return found;
  }

  /** Hours of keys from their sums, the oldest first; where they were used from is not in them. */
  public Map<Long, List<HourOf>> histories(Collection<Long> keys, long from, long to) {
    Map<Long, List<HourOf>> histories = new HashMap<>();
    counts(keys, from, to)
        .forEach(
            (key, hours) -> {
              List<HourOf> history = new ArrayList<>();
              hours.forEach((hour, of) -> history.add(of.of(hour, Set.of(), geography)));
              histories.put(key, history);
            });
    return histories;
  }

  /**
   * What keys did, by key and hour. Calls that were allowed are not summed by themselves: they are
   * what the others leave of all.
   */
  private Map<Long, SortedMap<Long, Counts>> counts(Collection<Long> keys, long from, long to) {
    Map<Long, SortedMap<Long, Counts>> hours = new HashMap<>();
    read(
        "SELECT subject, bucket, item, requests FROM usage_rollup WHERE grain = "
            + HOUR_MINUTES
            + " AND kind IN ('all', 'code') AND item <> 'VALID' AND bucket >= ? AND bucket < ?"
            + " AND subject IN ("
            + InList.PLACES
            + ")",
        keys,
        List.of(from * HOUR, to * HOUR),
        row ->
            hours
                .computeIfAbsent(row.getLong(1), key -> new TreeMap<>())
                .computeIfAbsent(row.getLong(2) / HOUR, hour -> new Counts())
                .add(row.getString(3), row.getLong(4)));
    return hours;
  }

  private interface RowReader {
    void read(ResultSet row) throws SQLException;
  }

  /** Reads rows about numbers, which are the last parameters. */
  private void read(String sql, Collection<Long> numbers, List<Long> parameters, RowReader reader) {
    Connection connection = store.unwrap(Connection.class);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.size(); i++) {
        statement.setLong(i + 1, parameters.get(i));
      }
      for (InList some : InList.of(numbers)) {
        some.bind(statement, parameters.size() + 1);
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            reader.read(rows);
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("what keys did can't be read", e);
    }
  }

  /** The newest keys of an organization that a rule is about. */
  public List<Long> keysOf(long organization, RuleDefinition.@Nullable Scope scope, int most) {
    String owner = scope == null ? null : scope.owner();
    Long key = scope == null ? null : scope.keyNumber();
    String sql =
        "SELECT id, owner FROM api_key WHERE organization_id = ?1"
            + (key == null ? "" : " AND id = " + key)
            + (owner == null ? "" : " AND owner = ?2")
            + " ORDER BY id DESC FETCH FIRST "
            + most
            + " ROWS ONLY";
    return (owner == null
            ? StoredRows.of(store, sql, organization)
            : StoredRows.of(store, sql, organization, owner))
        .stream().map(row -> number(row[0])).toList();
  }

  /**
   * The first hour that anything was learnt of; empty when nothing was.
   *
   * @param from no hour before this one counts, in hours since 1970
   */
  public Optional<Long> watchedSince(long from) {
    return StoredRows.of(
            store,
            "SELECT MIN(bucket), MAX(bucket) FROM usage_rollup WHERE grain = "
                + (HOUR_MINUTES + " AND bucket >= " + from * HOUR))
        .stream()
        .map(row -> row[0])
        .filter(Objects::nonNull)
        .map(bucket -> number(bucket) / HOUR)
        .findFirst();
  }

  private static long number(@Nullable Object column) {
    return column == null ? 0 : ((Number) column).longValue();
  }
}
