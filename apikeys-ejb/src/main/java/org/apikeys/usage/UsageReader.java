package org.apikeys.usage;

import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What keys were used for, to be shown. Who asks has found the key before. */
@Stateless
public class UsageReader {
  private static final double MICROS_A_SECOND = 1_000_000.0;

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
   * What the calls of an organization have come to.
   *
   * @param allowed calls that were allowed
   * @param successRate percent of all calls that did not fail; 100 without calls
   * @param averageResponseTime seconds, of the calls whose time is known; 0 without
   */
  public record Totals(long allowed, double successRate, double averageResponseTime) {}

  @SuppressWarnings("unchecked")
  public Totals totals(long organizationId) {
    List<Object[]> rows =
        store
            .createNativeQuery(
                "SELECT allowed, denied, failed, timed, response_micros FROM usage_total"
                    + " WHERE organization_id = ?1")
            .setParameter(1, organizationId)
            .getResultList();
    if (rows.isEmpty()) {
      return new Totals(0, 100.0, 0.0);
    }
    Object[] row = rows.get(0);
    long allowed = ((Number) row[0]).longValue();
    long all = allowed + ((Number) row[1]).longValue();
    long failed = ((Number) row[2]).longValue();
    long timed = ((Number) row[3]).longValue();
    double micros = ((Number) row[4]).doubleValue();
    double rate = all == 0 ? 100.0 : 100.0 * Math.max(0, all - failed) / all;
    return new Totals(
        allowed,
        Math.round(rate * 100) / 100.0,
        timed == 0 ? 0.0 : Math.round(micros / timed) / MICROS_A_SECOND);
  }
}
