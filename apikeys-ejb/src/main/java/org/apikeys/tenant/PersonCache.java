package org.apikeys.tenant;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.apikeys.api.cluster.Changed;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.cluster.Topic;

/**
 * What is known of the people who call, so that a token is checked against the directory without
 * the database. A change is forgotten at once on this node and is heard of by the others through
 * the feed; whatever happens, an entry lives for a second.
 */
@ApplicationScoped
public class PersonCache {
  private final Directory directory;
  private final Cache<String, Optional<PersonState>> states =
      Caffeine.newBuilder().maximumSize(50_000).expireAfterWrite(Duration.ofSeconds(1)).build();

  @Inject
  public PersonCache(Directory directory) {
    this.directory = directory;
  }

  @SuppressWarnings("NullAway")
  protected PersonCache() {
    directory = null;
  }

  /** The person with this user name, without regard to case. */
  public Optional<PersonState> byUsername(String username) {
    String key = Person.key(username);
    Optional<PersonState> known = states.getIfPresent(key);
    if (known == null) {
      known = directory.stateOf(key);
      states.put(key, known);
    }
    return known;
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
