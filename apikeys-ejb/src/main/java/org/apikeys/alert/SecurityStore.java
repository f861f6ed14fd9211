package org.apikeys.alert;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apikeys.store.Json;
import org.apikeys.store.Upsert;

/** What security monitoring noted of keys that do not count, and what it has learnt, at rest. */
@Stateless
@PermitAll
public class SecurityStore {
  @PersistenceContext EntityManager store;

  /** Keys that did not count, of one source in one minute. */
  public record Failures(
      long minuteAt, long organizationId, String address, String code, long calls) {}

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

  /** What is known about a subject. */
  public Optional<Profile> profile(String subject) {
    List<?> found =
        store
            .createNativeQuery("SELECT profile FROM security_profile WHERE subject = ?1")
            .setParameter(1, subject)
            .getResultList();
    return found.stream().findFirst().map(profile -> Json.read((String) profile, Profile.class));
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
}
