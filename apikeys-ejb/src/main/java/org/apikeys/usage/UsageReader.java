package org.apikeys.usage;

import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What keys were used for, to be shown. Who asks has found the key before. */
@Stateless
public class UsageReader {
  private static final double MICROS_A_SECOND = 1_000_000.0;
  private static final String SUMS =
      "SELECT SUM(allowed), SUM(denied), SUM(failed), SUM(timed), "
          + Saturated.sum("response_micros")
          + " FROM usage_total";

  @PersistenceContext EntityManager store;

  /**
   * A call as the API shows it.
   *
   * @param responseTime seconds
   */
  public record ShownCall(
      long id,
      @Nullable String endpoint,
      @Nullable String method,
      int statusCode,
      @Nullable Double responseTime,
      Instant createdAt,
      @Nullable String ip,
      @Nullable String country,
      @Nullable Long bytesIn,
      @Nullable Long bytesOut,
      String code) {}

  /** The latest calls of a key, the newest first. */
  @SuppressWarnings("unchecked")
  public List<ShownCall> latest(long keyId, int most) {
    List<Object[]> rows =
        store
            .createNativeQuery(
                "SELECT id, endpoint, method, status_code, response_micros, made_at, ip, country,"
                    + " bytes_in, bytes_out, code FROM usage_call WHERE api_key_id = ?1"
                    + " ORDER BY made_at DESC, id DESC FETCH FIRST "
                    + most
                    + " ROWS ONLY")
            .setParameter(1, keyId)
            .getResultList();
    return rows.stream().map(UsageReader::shown).toList();
  }

  private static ShownCall shown(Object[] row) {
    Long micros = number(row[4]);
    return new ShownCall(
        ((Number) row[0]).longValue(),
        (String) row[1],
        (String) row[2],
        ((Number) row[3]).intValue(),
        micros == null ? null : micros / MICROS_A_SECOND,
        Instant.ofEpochMilli(((Number) row[5]).longValue()),
        (String) row[6],
        (String) row[7],
        number(row[8]),
        number(row[9]),
        (String) row[10]);
  }

  private static @Nullable Long number(@Nullable Object column) {
    return column == null ? null : ((Number) column).longValue();
  }

  /**
   * What calls have come to.
   *
   * @param allowed calls that were allowed
   * @param successRate percent of all calls that did not fail; 100 without calls
   * @param averageResponseTime seconds, of the calls whose time is known; 0 without
   */
  public record Totals(long allowed, double successRate, double averageResponseTime) {}

  /** Of all keys of an organization. */
  public Totals totals(long organizationId) {
    return totals(
        store
            .createNativeQuery(SUMS + " WHERE organization_id = ?1")
            .setParameter(1, organizationId));
  }

  /** Of some keys. */
  public Totals totalsOfKeys(List<Long> keyIds) {
    if (keyIds.isEmpty()) {
      return new Totals(0, 100.0, 0.0);
    }
    String list =
        keyIds.stream().map(id -> Long.toString(id)).collect(Collectors.joining(", ", "(", ")"));
    return totals(store.createNativeQuery(SUMS + " WHERE api_key_id IN " + list));
  }

  private static Totals totals(Query sums) {
    Object[] row = (Object[]) sums.getSingleResult();
    long allowed = sum(row[0]);
    long all = allowed + sum(row[1]);
    long failed = sum(row[2]);
    long timed = sum(row[3]);
    double rate = all == 0 ? 100.0 : 100.0 * Math.max(0, all - failed) / all;
    return new Totals(
        allowed,
        Math.round(rate * 100) / 100.0,
        timed == 0 ? 0.0 : Math.round((double) sum(row[4]) / timed) / MICROS_A_SECOND);
  }

  private static long sum(@Nullable Object column) {
    return Saturated.of((Number) column);
  }
}
