package org.apikeys.cluster;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
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
  protected Receipts() {
    clock = null;
  }

  /** What a node has confirmed. */
  public record Confirmed(String node, Instant at) {}

  /** This node has forgotten what it knew of these keys. */
  public void confirm(Collection<Long> keyIds) {
    long now = clock.millis();
    keyIds.stream()
        .sorted()
        .forEach(
            id -> {
              int known =
                  store
                      .createNativeQuery(
                          "UPDATE change_receipt SET heard_at = ?1"
                              + " WHERE api_key_id = ?2 AND node = ?3")
                      .setParameter(1, now)
                      .setParameter(2, id)
                      .setParameter(3, Leases.NODE)
                      .executeUpdate();
              if (known == 0) {
                store
                    .createNativeQuery(
                        "INSERT INTO change_receipt (api_key_id, node, heard_at)"
                            + " VALUES (?1, ?2, ?3)")
                    .setParameter(1, id)
                    .setParameter(2, Leases.NODE)
                    .setParameter(3, now)
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
                    + " WHERE api_key_id = ?1 AND heard_at >= ?2 ORDER BY heard_at, node")
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
