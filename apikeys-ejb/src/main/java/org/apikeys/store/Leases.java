package org.apikeys.store;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;

/**
 * Work that one node at a time may do. A lease ends by itself, so that a node that died blocks
 * nobody for long, with a clock that was wrong neither; who works under one still guards its
 * writes, since a paused node may believe in a lease that has ended.
 */
@Stateless
public class Leases {
  /** Names this process among all that share the store. */
  public static final String NODE = UUID.randomUUID().toString();

  /** The clock of the store was set by more than this, where a lease ends so much later. */
  private static final Duration APART = Duration.ofMinutes(1);

  @PersistenceContext EntityManager store;
  private final Clock clock;

  @Inject
  public Leases(Clock clock) {
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public Leases() {
    clock = null;
  }

  /**
   * Takes or prolongs the lease; false when another node holds it. One that ends later than anybody
   * can have been given it for was taken by a clock that was set back since, and counts no more.
   */
  public boolean tryAcquire(String name, Duration length) {
    long now = StoreClock.millis(clock);
    int taken =
        store
            .createNativeQuery(
                "UPDATE lease SET holder = ?1, ends_at = ?2"
                    + " WHERE name = ?3 AND (holder = ?4 OR ends_at < ?5 OR ends_at > ?6)")
            .setParameter(1, NODE)
            .setParameter(2, now + length.toMillis())
            .setParameter(3, name)
            .setParameter(4, NODE)
            .setParameter(5, now)
            .setParameter(6, now + length.plus(APART).toMillis())
            .executeUpdate();
    return taken == 1;
  }

  /** Gives one back that this node holds; nothing when it does not. */
  public void release(String name) {
    store
        .createNativeQuery("UPDATE lease SET ends_at = 0 WHERE name = ?1 AND holder = ?2")
        .setParameter(1, name)
        .setParameter(2, NODE)
        .executeUpdate();
  }

  /** Gives back all that this node holds, at a clean stop: the others need not wait for the end. */
  public void releaseAll() {
    store
        .createNativeQuery("UPDATE lease SET ends_at = 0 WHERE holder = ?1")
        .setParameter(1, NODE)
        .executeUpdate();
  }
}
