package org.apikeys.alert;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.store.Json;
import org.apikeys.store.Upsert;
import org.apikeys.usage.Geography;
import org.jspecify.annotations.Nullable;

/** What security monitoring sees of calls, and what it has learnt, at rest. */
@Stateless
@PermitAll
public class SecurityStore {
  static final long HOUR = 3_600_000;
  private static final int HOUR_MINUTES = 60;

  /** Addresses with fewer failures and keys are everybody's: nothing is learnt about them. */
  private static final int NOTEWORTHY = 5;

  private static final Set<DecisionCode> VIOLATIONS =
      Set.of(
          DecisionCode.ENVIRONMENT_MISMATCH,
          DecisionCode.IP_NOT_ALLOWED,
          DecisionCode.REFERRER_NOT_ALLOWED,
          DecisionCode.INSUFFICIENT_SCOPE,
          DecisionCode.PAYLOAD_TOO_LARGE);

  @PersistenceContext EntityManager store;
  private final Geography geography;

  @Inject
  public SecurityStore(Geography geography) {
    this.geography = geography;
  }

  @SuppressWarnings("NullAway")
  public SecurityStore() {
    geography = null;
  }

  /** Keys that did not count, of one source in one minute. */
  public record Failures(
      long minuteAt, long organizationId, String address, String code, long calls) {}

  /** An address as an organization sees it. */
  record Address(long organizationId, String address) {
    String subject() {
      return "address-" + organizationId + "-" + address;
    }
  }

  /**
   * What happened in an hour.
   *
   * @param organizations of the keys
   */
  public record Seen(
      Map<Long, HourOf> keys, Map<Long, Long> organizations, Map<Address, HourOf> addresses) {}

  /** Kinds of denials that people should know apart. */
  static boolean isViolation(String code) {
    return VIOLATIONS.contains(DecisionCode.valueOf(code));
  }

  static boolean isThrottle(String code) {
    return DecisionCode.valueOf(code).status() == 429;
  }

  static boolean isFailure(String code) {
    DecisionCode decision = DecisionCode.valueOf(code);
    return decision != DecisionCode.VALID && decision.compareTo(DecisionCode.KEY_INACTIVE) <= 0;
  }

  public void add(List<Failures> failures) {
    List<Failures> sorted =
        failures.stream()
            .sorted(
                Comparator.comparing(Failures::minuteAt)
                    .thenComparing(Failures::organizationId)
                    .thenComparing(Failures::address)
                    .thenComparing(Failures::code))
            .toList();
    Connection connection = store.unwrap(Connection.class);
    try {
      Upsert.write(
          connection,
          "UPDATE failed_validation SET calls = calls + ? WHERE minute_at = ?"
              + " AND organization_id = ? AND address = ? AND code = ?",
          "INSERT INTO failed_validation (calls, minute_at, organization_id, address, code)"
              + " VALUES (?, ?, ?, ?, ?)",
          sorted,
          SecurityStore::bind);
    } catch (SQLException e) {
      throw new IllegalStateException("failed validations can't be stored", e);
    }
  }

  private static void bind(PreparedStatement statement, Failures one) throws SQLException {
    statement.setLong(1, one.calls());
    statement.setLong(2, one.minuteAt());
    statement.setLong(3, one.organizationId());
    statement.setString(4, one.address());
    statement.setString(5, one.code());
  }

  /** What happened in an hour, as far as it is over. */
  public Seen seen(long hour) {
    Map<Long, Counts> counts = new TreeMap<>();
    Map<Long, Long> organizations = new HashMap<>();
    for (Object[] row :
        rows(
            "SELECT subject, organization_id, item, requests FROM usage_rollup WHERE grain = "
                + HOUR_MINUTES
                + " AND kind = 'code' AND bucket = ?1 AND subject > 0",
            hour * HOUR)) {
      long key = number(row[0]);
      organizations.put(key, number(row[1]));
      counts.computeIfAbsent(key, id -> new Counts()).add((String) row[2], number(row[3]));
    }
    Map<Long, Set<String>> addressesOfKeys = new HashMap<>();
    Map<Address, Set<Long>> keysOfAddresses = new HashMap<>();
    for (Object[] row :
        rows(
            "SELECT api_key_id, item FROM key_use WHERE kind = 'address' AND last_used_at >= ?1",
            hour * HOUR)) {
      long key = number(row[0]);
      String address = (String) row[1];
      addressesOfKeys.computeIfAbsent(key, id -> new HashSet<>()).add(address);
      Long organization = organizations.get(key);
      if (organization != null && !address.equals(SecurityWatch.MORE)) {
        keysOfAddresses
            .computeIfAbsent(new Address(organization, address), id -> new HashSet<>())
            .add(key);
      }
    }
    Map<Long, HourOf> keys = new TreeMap<>();
    counts.forEach(
        (key, sums) ->
            keys.put(key, sums.of(hour, addressesOfKeys.getOrDefault(key, Set.of()), geography)));
    Map<Address, Long> failures = new HashMap<>();
    for (Object[] row :
        rows(
            "SELECT organization_id, address, SUM(calls) FROM failed_validation"
                + " WHERE minute_at >= ?1 AND minute_at < ?2 GROUP BY organization_id, address",
            hour * HOUR,
            (hour + 1) * HOUR)) {
      if (!SecurityWatch.MORE.equals(row[1])) {
        failures.put(new Address(number(row[0]), (String) row[1]), number(row[2]));
      }
    }
    Set<Address> all = new HashSet<>(failures.keySet());
    all.addAll(keysOfAddresses.keySet());
    Map<Address, HourOf> addresses = new HashMap<>();
    for (Address address : all) {
      long failed = failures.getOrDefault(address, 0L);
      int used = keysOfAddresses.getOrDefault(address, Set.of()).size();
      if (failed >= NOTEWORTHY || used >= NOTEWORTHY) {
        addresses.put(address, new HourOf(hour, 0, failed, 0, used, Set.of(), Set.of()));
      }
    }
    return new Seen(keys, organizations, addresses);
  }

  /** Hours of a key from its sums, the oldest first; where it was used from is not in them. */
  public List<HourOf> history(long keyId, long from, long to) {
    Map<Long, Counts> hours = new TreeMap<>();
    for (Object[] row :
        rows(
            "SELECT bucket, item, requests FROM usage_rollup WHERE subject = ?1 AND grain = "
                + HOUR_MINUTES
                + " AND kind = 'code' AND bucket >= ?2 AND bucket < ?3",
            keyId,
            from * HOUR,
            to * HOUR)) {
      hours
          .computeIfAbsent(number(row[0]) / HOUR, hour -> new Counts())
          .add((String) row[1], number(row[2]));
    }
    List<HourOf> history = new ArrayList<>();
    hours.forEach((hour, sums) -> history.add(sums.of(hour, Set.of(), geography)));
    return history;
  }

  /** The newest keys of an organization that a rule is about. */
  public List<Long> keysOf(long organization, RuleDefinition.@Nullable Scope scope, int most) {
    String owner = scope == null ? null : scope.owner();
    String key = scope == null ? null : scope.keyId();
    String sql =
        "SELECT id, owner FROM api_key WHERE organization_id = ?1"
            + (key == null ? "" : " AND id = " + Long.parseLong(key.substring(4)))
            + (owner == null ? "" : " AND owner = ?2")
            + " ORDER BY id DESC FETCH FIRST "
            + most
            + " ROWS ONLY";
    return (owner == null ? rows(sql, organization) : rows(sql, organization, owner))
        .stream().map(row -> number(row[0])).toList();
  }

  /** Sums of an hour. */
  private static final class Counts {
    private long calls;
    private long violations;
    private long throttles;

    void add(String code, long number) {
      if (code.equals(DecisionCode.VALID.name())) {
        calls += number;
      } else if (isViolation(code)) {
        violations += number;
      } else if (isThrottle(code)) {
        throttles += number;
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

  /** What is known about a subject. */
  public Optional<Profile> profile(String subject) {
    return rows("SELECT profile, last_hour FROM security_profile WHERE subject = ?1", subject)
        .stream()
        .findFirst()
        .map(row -> Json.read((String) row[0], Profile.class));
  }

  public void save(Map<String, Profile> profiles) {
    Connection connection = store.unwrap(Connection.class);
    try {
      Upsert.write(
          connection,
          "UPDATE security_profile SET profile = ?, last_hour = ? WHERE subject = ?",
          "INSERT INTO security_profile (profile, last_hour, subject) VALUES (?, ?, ?)",
          List.copyOf(new TreeMap<>(profiles).entrySet()),
          (statement, one) -> {
            statement.setString(1, Json.write(one.getValue()));
            statement.setLong(2, one.getValue().last());
            statement.setString(3, one.getKey());
          });
    } catch (SQLException e) {
      throw new IllegalStateException("what is usual can't be stored", e);
    }
  }

  /** The first hour that anything was learnt of; empty when nothing was. */
  public Optional<Long> watchedSince() {
    return rows("SELECT MIN(bucket), MAX(bucket) FROM usage_rollup WHERE grain = " + HOUR_MINUTES)
        .stream()
        .map(row -> row[0])
        .filter(java.util.Objects::nonNull)
        .map(bucket -> number(bucket) / HOUR)
        .findFirst();
  }

  /** Forgets failures from before an instant, and subjects that nothing was learnt of since. */
  public void prune(long beforeMillis, long beforeHour) {
    store
        .createNativeQuery("DELETE FROM failed_validation WHERE minute_at < ?1")
        .setParameter(1, beforeMillis)
        .executeUpdate();
    store
        .createNativeQuery("DELETE FROM security_profile WHERE last_hour < ?1")
        .setParameter(1, beforeHour)
        .executeUpdate();
  }

  @SuppressWarnings("unchecked")
  private List<Object[]> rows(String sql, Object... parameters) {
    var query = store.createNativeQuery(sql);
    for (int i = 0; i < parameters.length; i++) {
      query.setParameter(i + 1, parameters[i]);
    }
    return query.getResultList();
  }

  private static long number(@Nullable Object column) {
    return column == null ? 0 : ((Number) column).longValue();
  }
}
