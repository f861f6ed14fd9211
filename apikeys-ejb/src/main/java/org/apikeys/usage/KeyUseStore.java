package org.apikeys.usage;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apikeys.store.Upsert;
import org.apikeys.usage.KeyUse.Kind;

/** What keys were used for, at rest. Who asks has found the key before. */
@Stateless
@PermitAll
public class KeyUseStore {
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
      Upsert.write(
          connection,
          "UPDATE key_use SET last_used_at = ? WHERE api_key_id = ? AND kind = ? AND item = ?",
          "INSERT INTO key_use (last_used_at, api_key_id, kind, item) VALUES (?, ?, ?, ?)",
          sorted,
          KeyUseStore::bind);
    } catch (SQLException e) {
      throw new IllegalStateException("uses can't be stored", e);
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

  /** A call that was allowed. */
  public record Past(
      long id,
      Instant at,
      @org.jspecify.annotations.Nullable String ip,
      @org.jspecify.annotations.Nullable String endpoint,
      @org.jspecify.annotations.Nullable String method) {}

  /** The latest allowed calls of a key since an instant, the oldest first. */
  @SuppressWarnings("unchecked")
  public List<Past> calls(long keyId, Instant since, int most) {
    List<Object[]> rows =
        store
            .createNativeQuery(
                "SELECT id, made_at, ip, endpoint, method FROM usage_call WHERE api_key_id = ?1"
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
                    (String) row[4]))
        .sorted(Comparator.comparing(Past::at).thenComparing(Past::id))
        .toList();
  }
}
