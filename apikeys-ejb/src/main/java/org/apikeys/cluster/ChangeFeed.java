package org.apikeys.cluster;

import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apikeys.api.cluster.Changed;
import org.apikeys.api.cluster.Topic;

/**
 * The changes that all nodes must hear of, in the database: written in the transaction of the
 * change, so none is lost with a message. Ids are not in the order of commits; a reader therefore
 * looks back over {@link #OVERLAP} and takes an entry more than once.
 */
@Stateless
public class ChangeFeed {
  /** No transaction of ours takes longer from writing its entry to its commit. */
  static final Duration OVERLAP = Duration.ofSeconds(20);

  private static final Duration KEPT = Duration.ofMinutes(10);

  @PersistenceContext EntityManager store;
  private final Clock clock;

  @Inject
  public ChangeFeed(Clock clock) {
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected ChangeFeed() {
    clock = null;
  }

  /** Writes the change beside what it changed. */
  public void write(@Observes Changed change) {
    store
        .createNativeQuery(
            "INSERT INTO change_feed (topic, subject, written_at) VALUES (?1, ?2, ?3)")
        .setParameter(1, change.topic().name())
        .setParameter(2, change.subject())
        .setParameter(3, clock.millis())
        .executeUpdate();
  }

  /**
   * An entry of the feed.
   *
   * @param writtenAt milliseconds since 1970 UTC, by the clock of the node that wrote it
   */
  record Entry(long id, Topic topic, long subject, long writtenAt) {}

  /** The entries of the last {@link #OVERLAP}. */
  @SuppressWarnings("unchecked")
  public List<Entry> recent() {
    List<Object[]> rows =
        store
            .createNativeQuery(
                "SELECT id, topic, subject, written_at FROM change_feed WHERE written_at >= ?1")
            .setParameter(1, clock.millis() - OVERLAP.toMillis())
            .getResultList();
    return rows.stream()
        .map(
            row ->
                new Entry(
                    ((Number) row[0]).longValue(),
                    Topic.valueOf((String) row[1]),
                    ((Number) row[2]).longValue(),
                    ((Number) row[3]).longValue()))
        .toList();
  }

  /** Removes entries that every node has long read. */
  public void prune() {
    store
        .createNativeQuery("DELETE FROM change_feed WHERE written_at < ?1")
        .setParameter(1, clock.millis() - KEPT.toMillis())
        .executeUpdate();
  }
}
