package org.apikeys.usage;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apikeys.store.InList;
import org.apikeys.store.Upsert;
import org.apikeys.usage.KeyUse.Kind;
import org.jspecify.annotations.Nullable;

/** What keys were used for, at rest. Who asks has found the key before. */
@Stateless
@PermitAll
public class KeyUseStore {
  /** Addresses that are kept of a key; others are kept as one, {@link KeyUse#MORE}. */
  public static final int MOST_ADDRESSES = 500;

  /** Advice looks back no further. */
  private static final Duration KEPT = Duration.ofDays(366);

  private static final String UPDATE =
      "UPDATE key_use SET last_used_at = ? WHERE api_key_id = ? AND kind = ? AND item = ?";
  private static final String INSERT =
      "INSERT INTO key_use (last_used_at, api_key_id, kind, item) VALUES (?, ?, ?, ?)";

  @PersistenceContext EntityManager store;

  public void write(List<Map.Entry<KeyUses.Use, Long>> uses) {
    // in one order, so that two nodes never wait for each other in a circle
    List<Map.Entry<KeyUses.Use, Long>> sorted =
        uses.stream()
            .sorted(
                Comparator.comparing((Map.Entry<KeyUses.Use, Long> use) -> use.getKey().keyId())
                    .thenComparing(use -> use.getKey().kind())
                    .thenComparing(use -> use.getKey().item()))
            .toList();
    Connection connection = store.unwrap(Connection.class);
    try {
      List<Map.Entry<KeyUses.Use, Long>> fresh = new ArrayList<>();
      Map<KeyUses.Use, Long> more = new LinkedHashMap<>();
      List<Map.Entry<KeyUses.Use, Long>> absent =
          Upsert.update(connection, UPDATE, sorted, KeyUseStore::bind);
      Map<Long, Integer> addresses = addresses(connection, absent);
      for (Map.Entry<KeyUses.Use, Long> use : absent) {
        long key = use.getKey().keyId();
        if (use.getKey().kind() != Kind.ADDRESS
            || addresses.merge(key, 1, Integer::sum) <= MOST_ADDRESSES) {
          fresh.add(use);
        } else {
          KeyUses.Use another = new KeyUses.Use(key, Kind.ADDRESS, KeyUse.MORE);
          more.merge(another, use.getValue(), Math::max);
        }
      }
      Upsert.insert(connection, INSERT, fresh, KeyUseStore::bind);
      Upsert.write(connection, UPDATE, INSERT, List.copyOf(more.entrySet()), KeyUseStore::bind);
    } catch (SQLException e) {
      throw new IllegalStateException("uses can't be stored", e);
    }
  }

  /** How many addresses are kept of those keys that have been used from another one. */
  private static Map<Long, Integer> addresses(
      Connection connection, List<Map.Entry<KeyUses.Use, Long>> uses) throws SQLException {
    List<Long> keys =
        uses.stream()
            .map(Map.Entry::getKey)
            .filter(use -> use.kind() == Kind.ADDRESS)
            .map(KeyUses.Use::keyId)
            .distinct()
            .toList();
    Map<Long, Integer> addresses = new HashMap<>();
    try (PreparedStatement count =
        connection.prepareStatement(
            "SELECT api_key_id, COUNT(*) FROM key_use WHERE kind = ? AND item <> ?"
                + " AND api_key_id IN ("
                + InList.PLACES
                + ") GROUP BY api_key_id")) {
      count.setString(1, word(Kind.ADDRESS));
      count.setString(2, KeyUse.MORE);
      for (InList some : InList.of(keys)) {
        some.bind(count, 3);
        try (ResultSet row = count.executeQuery()) {
          while (row.next()) {
            addresses.put(row.getLong(1), row.getInt(2));
          }
        }
      }
    }
    return addresses;
  }

  /** Deletes what was used so long ago that nobody asks for it any more. */
  public void prune(Instant now) {
    for (Kind kind : Kind.values()) {
      store
          .createNativeQuery("DELETE FROM key_use WHERE kind = ?1 AND last_used_at < ?2")
          .setParameter(1, word(kind))
          .setParameter(2, now.minus(KEPT).toEpochMilli())
          .executeUpdate();
    }
  }

  private static void bind(PreparedStatement statement, Map.Entry<KeyUses.Use, Long> use)
      throws SQLException {
    statement.setLong(1, use.getValue());
    statement.setLong(2, use.getKey().keyId());
    statement.setString(3, word(use.getKey().kind()));
    statement.setString(4, use.getKey().item());
  }

  private static String word(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** What a key has used since an instant. */
  @SuppressWarnings("unchecked")
  public List<KeyUse> since(long keyId, Instant since) {
    List<Object[]> rows =
        store
            .createNativeQuery(
                "SELECT kind, item, last_used_at FROM key_use WHERE api_key_id = ?1"
                    + " AND last_used_at >= ?2 ORDER BY kind, item")
            .setParameter(1, keyId)
            .setParameter(2, since.toEpochMilli())
            .getResultList();
    return rows.stream()
        .map(
            row ->
                new KeyUse(
                    Kind.valueOf(((String) row[0]).toUpperCase(Locale.ROOT)),
                    (String) row[1],
                    Instant.ofEpochMilli(((Number) row[2]).longValue())))
        .toList();
  }

  /**
   * A call that was allowed.
   *
   * @param bytesIn null when unknown
   * @param bytesOut null when unknown
   */
  public record Past(
      long id,
      Instant at,
      @Nullable String ip,
      @Nullable String endpoint,
      @Nullable String method,
      @Nullable Long bytesIn,
      @Nullable Long bytesOut) {}

  /** The latest allowed calls of a key since an instant, the oldest first. */
  @SuppressWarnings("unchecked")
  public List<Past> calls(long keyId, Instant since, int most) {
    List<Object[]> rows =
        store
            .createNativeQuery(
                "SELECT id, made_at, ip, endpoint, method, bytes_in, bytes_out"
                    + " FROM usage_call WHERE api_key_id = ?1"
                    + " AND made_at >= ?2 AND code = 'VALID' ORDER BY made_at DESC, id DESC"
                    + " FETCH FIRST "
                    + most
                    + " ROWS ONLY")
            .setParameter(1, keyId)
            .setParameter(2, since.toEpochMilli())
            .getResultList();
    return rows.stream()
        .map(
            row ->
                new Past(
                    ((Number) row[0]).longValue(),
                    Instant.ofEpochMilli(((Number) row[1]).longValue()),
                    (String) row[2],
                    (String) row[3],
                    (String) row[4],
                    row[5] == null ? null : number(row[5]),
                    row[6] == null ? null : number(row[6])))
        .sorted(Comparator.comparing(Past::at).thenComparing(Past::id))
        .toList();
  }

  private static Long number(Object column) {
    return ((Number) column).longValue();
  }
}
