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
import org.apikeys.setting.Settings;

/**
 * The changes that all nodes must hear of, in the database: written in the transaction of the
 * change, so none is lost with a message. Ids are not in the order of commits; a reader therefore
 * looks back over {@link #OVERLAP} and takes an entry more than once.
 */
@Stateless
public class ChangeFeed {
  /** No transaction of ours takes longer from writing its entry to its commit. */
  static final Duration OVERLAP = Duration.ofSeconds(20);

  /** Milliseconds; below {@link #OVERLAP}. */
  private static final int LONGEST_IDLE = 15_000;

  /** How long an entry stays after a node has read it. */
  static final Duration KEPT = Duration.ofMinutes(10);

  private static final String INSERT =
      "INSERT INTO change_feed (topic, subject, written_at) VALUES (?1, ?2, ?3)";

  /**
   * Of a node that is paused before it commits, the database ends the transaction in time. Said
   * with the entry, since a statement of its own would be a round trip more of every change.
   */
  private static final String INSERT_AND_HURRY =
      "INSERT INTO change_feed (topic, subject, written_at)"
          + " SELECT CAST(?1 AS VARCHAR), CAST(?2 AS BIGINT), CAST(?3 AS BIGINT)"
          + " WHERE set_config('idle_in_transaction_session_timeout', '"
          + LONGEST_IDLE
          + "', TRUE) IS NOT NULL";

  @PersistenceContext EntityManager store;
  private final Clock clock;
  private final Settings settings;

  @Inject
  public ChangeFeed(Clock clock, Settings settings) {
    this.clock = clock;
    this.settings = settings;
  }

  @SuppressWarnings("NullAway")
  public ChangeFeed() {
    clock = null;
    settings = null;
  }

  /** Writes the change beside what it changed. */
  public void write(@Observes Changed change) {
    store
        .createNativeQuery(settings.databaseUrl().isPresent() ? INSERT_AND_HURRY : INSERT)
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

  /** The highest number of all entries; 0 when there is none. */
  public long newest() {
    Object newest =
        store.createNativeQuery("SELECT COALESCE(MAX(id), 0) FROM change_feed").getSingleResult();
    return ((Number) newest).longValue();
  }

  /** The entries with a higher number. */
  @SuppressWarnings("unchecked")
  public List<Entry> after(long id) {
    List<Object[]> rows =
        store
            .createNativeQuery(
                "SELECT id, topic, subject, written_at FROM change_feed WHERE id > ?1")
            .setParameter(1, id)
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

  /** Removes the entries up to a number: such that every node has long read. */
  public void prune(long id) {
    store
        .createNativeQuery("DELETE FROM change_feed WHERE id <= ?1")
        .setParameter(1, id)
        .executeUpdate();
  }
}
