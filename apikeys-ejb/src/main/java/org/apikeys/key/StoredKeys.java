package org.apikeys.key;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.sql.Clob;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.apikeys.crypto.KeyHasher.Hashed;
import org.apikeys.limit.Counter;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/**
 * Reads all that deciding about a key needs in one statement, so that a key that no node knows yet
 * costs one round trip. Entities would cost one for the secret, the key, its owner and its counts
 * each.
 */
@ApplicationScoped
class StoredKeys {
  private static final String SELECT =
      "SELECT s.generation, s.digest, s.pepper_version, s.slow_hash, s.custom, s.origin,"
          + " s.expires_at, k.id, k.organization_id, k.owner, k.configuration, k.revoked_at,"
          + " k.is_active, k.rotate_by, k.throttle_percent, p.id, p.is_active, o.is_active,"
          + " c.minute_start, c.minute_used, c.hour_start, c.hour_used, c.day_start, c.day_used,"
          + " t.proposal, t.started_at, t.ends_at"
          + " FROM key_secret s JOIN api_key k ON k.id = s.api_key_id"
          + " LEFT JOIN person p ON p.username_key = LOWER(k.owner)"
          + " LEFT JOIN organization o ON o.id = p.organization_id"
          + " LEFT JOIN limit_counter c ON c.api_key_id = k.id"
          + " LEFT JOIN key_trial t ON t.api_key_id = k.id WHERE ";

  @PersistenceContext EntityManager store;

  /**
   * The secrets that rest under one of these digests: those that this system hashed before those
   * that another one did, then as the digests are ordered, then the oldest.
   */
  List<StoredKey> byDigests(List<String> digests) {
    return rows("s.digest", digests).stream()
        .sorted(
            Comparator.comparing((StoredKey found) -> found.secret().foreign())
                .thenComparing(found -> digests.indexOf(found.secret().hashed().digest()))
                .thenComparing(found -> found.key().id()))
        .toList();
  }

  /** Every secret of keys that were not revoked. */
  List<StoredKey> ofKeys(Collection<Long> ids) {
    return ids.isEmpty() ? List.of() : rows("k.revoked_at IS NULL AND k.id", ids);
  }

  /** The numbers of the keys that were used since an instant, those used last first. */
  @SuppressWarnings("unchecked")
  List<Long> usedSince(Instant since, int most) {
    List<Number> ids =
        store
            .createNativeQuery(
                "SELECT api_key_id FROM api_key_count WHERE last_used_at >= ?1"
                    + " ORDER BY last_used_at DESC FETCH FIRST "
                    + most
                    + " ROWS ONLY")
            .setParameter(1, since.toEpochMilli())
            .getResultList();
    return ids.stream().map(Number::longValue).toList();
  }

  @SuppressWarnings("unchecked")
  private List<StoredKey> rows(String among, Collection<?> values) {
    Query query =
        store.createNativeQuery(
            SELECT
                + among
                + " IN ("
                + String.join(", ", Collections.nCopies(values.size(), "?"))
                + ")");
    int index = 1;
    for (Object value : values) {
      query.setParameter(index++, value);
    }
    List<Object[]> rows = query.getResultList();
    return rows.stream().map(StoredKeys::read).toList();
  }

  private static StoredKey read(@Nullable Object[] row) {
    long keyId = number(row[7]);
    StoredKey.Secret secret =
        new StoredKey.Secret(
            (int) number(row[0]),
            new Hashed(text(row[1]), small(row[2]), row[3] == null ? null : text(row[3])),
            truth(row[4]),
            row[5] != null,
            instant(row[6]));
    StoredKey.Key key =
        new StoredKey.Key(
            keyId,
            number(row[8]),
            text(row[9]),
            Json.read(text(row[10]), KeyConfiguration.class),
            row[11] != null,
            truth(row[12]),
            instant(row[13]),
            small(row[14]));
    StoredKey.@Nullable Owner owner =
        row[15] == null
            ? null
            : new StoredKey.Owner(number(row[15]), truth(row[16]) && truth(row[17]));
    Counter.@Nullable Stored counts =
        row[18] == null
            ? null
            : new Counter.Stored(
                keyId,
                number(row[18]),
                number(row[19]),
                number(row[20]),
                number(row[21]),
                number(row[22]),
                number(row[23]));
    return new StoredKey(
        secret,
        key,
        owner,
        counts,
        row[24] == null ? null : trial(keyId, row[24], row[25], row[26]));
  }

  static KeyTrial trial(long keyId, Object proposal, @Nullable Object from, @Nullable Object to) {
    return new KeyTrial(
        keyId,
        Json.read(text(proposal), TrialProposal.class),
        Instant.ofEpochMilli(number(from)),
        Instant.ofEpochMilli(number(to)));
  }

  private static long number(@Nullable Object column) {
    return ((Number) Objects.requireNonNull(column)).longValue();
  }

  private static @Nullable Integer small(@Nullable Object column) {
    return column == null ? null : Integer.valueOf(((Number) column).intValue());
  }

  private static @Nullable Instant instant(@Nullable Object column) {
    return column == null ? null : Instant.ofEpochMilli(number(column));
  }

  private static boolean truth(@Nullable Object column) {
    return Boolean.TRUE.equals(column);
  }

  private static String text(@Nullable Object column) {
    if (column instanceof Clob clob) {
      try {
        return clob.getSubString(1, Math.toIntExact(clob.length()));
      } catch (SQLException e) {
        throw new IllegalStateException("a configuration can't be read", e);
      }
    }
    return (String) Objects.requireNonNull(column);
  }
}
