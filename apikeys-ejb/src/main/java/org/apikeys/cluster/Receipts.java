package org.apikeys.cluster;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apikeys.store.Leases;

/** Which node has heard of the latest change of a key, and when. */
@Stateless
@PermitAll
public class Receipts {
  @PersistenceContext EntityManager store;
  private final Clock clock;

  @Inject
  public Receipts(Clock clock) {
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public Receipts() {
    clock = null;
  }

  /** What a node has confirmed. */
  public record Confirmed(String node, Instant at) {}

  /**
   * This node has forgotten what it knew of these keys.
   *
   * @param changes the keys, and when the change that it heard of was written
   */
  public void confirm(Map<Long, Long> changes) {
    long now = clock.millis();
    new TreeMap<>(changes)
        .forEach(
            (id, written) -> {
              int known =
                  store
                      .createNativeQuery(
                          "UPDATE change_receipt SET heard_at = ?1, written_at = ?2"
                              + " WHERE api_key_id = ?3 AND node = ?4")
                      .setParameter(1, now)
                      .setParameter(2, written)
                      .setParameter(3, id)
                      .setParameter(4, Leases.NODE)
                      .executeUpdate();
              if (known == 0) {
                store
                    .createNativeQuery(
                        "INSERT INTO change_receipt (api_key_id, node, written_at, heard_at)"
                            + " VALUES (?1, ?2, ?3, ?4)")
                    .setParameter(1, id)
                    .setParameter(2, Leases.NODE)
                    .setParameter(3, written)
                    .setParameter(4, now)
                    .executeUpdate();
              }
            });
  }

  /** Who has confirmed a change of the key that was made at an instant or later. */
  @SuppressWarnings("unchecked")
  public List<Confirmed> since(long keyId, Instant change) {
    List<Object[]> rows =
        store
            .createNativeQuery(
                "SELECT node, heard_at FROM change_receipt"
                    + " WHERE api_key_id = ?1 AND written_at >= ?2 ORDER BY heard_at, node")
            .setParameter(1, keyId)
            .setParameter(2, change.toEpochMilli())
            .getResultList();
    return rows.stream()
        .map(
            row ->
                new Confirmed((String) row[0], Instant.ofEpochMilli(((Number) row[1]).longValue())))
        .toList();
  }
}
