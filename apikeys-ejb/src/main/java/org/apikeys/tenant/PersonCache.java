package org.apikeys.tenant;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.ejb.EJBException;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import jakarta.persistence.PersistenceException;
import java.time.Duration;
import java.util.Optional;
import org.apikeys.api.cluster.Changed;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.cluster.Topic;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.hot.Direct;
import org.apikeys.store.StoreReach;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the people who call, so that a token is checked against the directory without
 * the database. A change is forgotten at once on this node and is heard of by the others through
 * the feed; whatever happens, an entry is looked up again after half a minute.
 */
@Direct
public class PersonCache {
  private final Directory directory;
  private static final long FRESH_NANOS = Duration.ofSeconds(30).toNanos();

  private final Cache<String, Known> states =
      Caffeine.newBuilder().maximumSize(50_000).expireAfterWrite(Duration.ofMinutes(10)).build();

  /** What was known at an instant of {@link System#nanoTime}. */
  private record Known(Optional<PersonState> state, long nanos) {}

  @Inject
  public PersonCache(Directory directory) {
    this.directory = directory;
  }

  /** The person with this user name, without regard to case. */
  public Optional<PersonState> byUsername(String username) {
    String key = Person.key(username);
    Known known = states.getIfPresent(key);
    long now = System.nanoTime();
    if (known == null || now - known.nanos() > FRESH_NANOS) {
      known = new Known(look(key, known), now);
      states.put(key, known);
    }
    return known.state();
  }

  /**
   * Looks again; while the store is out of reach what was known goes on, for as long as decisions
   * about keys do.
   */
  private Optional<PersonState> look(String key, @Nullable Known known) {
    try {
      StoreReach.require();
      return directory.stateOf(key);
    } catch (EJBException | PersistenceException | ProblemException e) {
      if (known == null) {
        throw e;
      }
      return known.state();
    }
  }

  void onChange(@Observes(during = TransactionPhase.AFTER_SUCCESS) Changed change) {
    forget(change.topic());
  }

  void onHeard(@Observes Heard change) {
    forget(change.topic());
  }

  /** People change rarely: forgetting all of them is simpler than finding the right one. */
  private void forget(Topic topic) {
    if (topic == Topic.PERSON || topic == Topic.ORGANIZATION) {
      states.invalidateAll();
    }
  }
}
