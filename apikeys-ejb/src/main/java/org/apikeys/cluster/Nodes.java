package org.apikeys.cluster;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apikeys.store.Leases;
import org.apikeys.store.StoreClock;

/**
 * The nodes that share the store. Each says every second that it lives; one that has been silent
 * for a while counts no more, and is forgotten after a day.
 */
@Stateless
@PermitAll
public class Nodes {
  /** Longer than a pause that a node survives. */
  private static final Duration SILENT = Duration.ofSeconds(15);

  private static final Duration FORGOTTEN = Duration.ofDays(1);

  @PersistenceContext EntityManager store;
  private final Clock clock;

  @Inject
  public Nodes(Clock clock) {
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public Nodes() {
    clock = null;
  }

  /**
   * A node.
   *
   * @param id of its process
   * @param self whether it is the one that answers
   * @param state {@code up}, {@code silent} or {@code stopped}
   * @param feedAgeMillis how long ago it had read the feed of changes when it last said something
   * @param leases keys of which it held a part of the limits then
   */
  public record Node(
      String id,
      boolean self,
      String address,
      String state,
      Instant startedAt,
      Instant seenAt,
      long feedAgeMillis,
      long leases) {}

  /** Says that this node lives. */
  public void beat(String address, long feedAgeMillis, long leases) {
    long now = StoreClock.millis(clock);
    int known =
        store
            .createNativeQuery(
                "UPDATE cluster_node SET seen_at = ?1, feed_age = ?2, leases = ?3, stopped = FALSE,"
                    + " address = ?4 WHERE id = ?5")
            .setParameter(1, now)
            .setParameter(2, feedAgeMillis)
            .setParameter(3, leases)
            .setParameter(4, address)
            .setParameter(5, Leases.NODE)
            .executeUpdate();
    if (known == 0) {
      store
          .createNativeQuery(
              "INSERT INTO cluster_node (id, address, started_at, seen_at, feed_age, leases,"
                  + " stopped) VALUES (?1, ?2, ?3, ?4, ?5, ?6, FALSE)")
          .setParameter(1, Leases.NODE)
          .setParameter(2, address)
          .setParameter(3, now)
          .setParameter(4, now)
          .setParameter(5, feedAgeMillis)
          .setParameter(6, leases)
          .executeUpdate();
    }
  }

  /** Says that this node stops. */
  public void leave() {
    store
        .createNativeQuery("UPDATE cluster_node SET stopped = TRUE WHERE id = ?1")
        .setParameter(1, Leases.NODE)
        .executeUpdate();
  }

  /** All that were heard of within a day, the oldest first. */
  @SuppressWarnings("unchecked")
  public List<Node> all() {
    List<Object[]> rows =
        store
            .createNativeQuery(
                "SELECT id, address, started_at, seen_at, feed_age, leases, stopped"
                    + " FROM cluster_node ORDER BY started_at, id")
            .getResultList();
    return rows.stream().map(this::node).toList();
  }

  private Node node(Object[] row) {
    long seen = number(row[3]);
    String live = StoreClock.millis(clock) - seen > SILENT.toMillis() ? "silent" : "up";
    return new Node(
        (String) row[0],
        Leases.NODE.equals(row[0]),
        (String) row[1],
        isTrue(row[6]) ? "stopped" : live,
        Instant.ofEpochMilli(number(row[2])),
        Instant.ofEpochMilli(seen),
        number(row[4]),
        number(row[5]));
  }

  private static long number(Object column) {
    return ((Number) column).longValue();
  }

  private static boolean isTrue(Object column) {
    return column instanceof Number number
        ? number.intValue() != 0
        : Boolean.parseBoolean(column.toString());
  }

  /** Forgets nodes that nobody will hear of again. */
  public void prune() {
    store
        .createNativeQuery("DELETE FROM cluster_node WHERE seen_at < ?1")
        .setParameter(1, StoreClock.millis(clock) - FORGOTTEN.toMillis())
        .executeUpdate();
  }
}
