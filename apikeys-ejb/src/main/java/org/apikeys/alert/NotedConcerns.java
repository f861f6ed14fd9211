package org.apikeys.alert;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apikeys.api.alert.Concern;

/**
 * Takes concerns at the speed of the hot path: in memory, one of a kind and subject with the number
 * of its occurrences, and stored a moment later. When too many different ones wait, further ones
 * are passed over: those that wait tell of the flood.
 */
@ApplicationScoped
public class NotedConcerns {
  private static final int MOST = 1_000;

  private final ConcernInbox inbox;
  private final Map<String, Concern> noted = new ConcurrentHashMap<>();

  @Inject
  public NotedConcerns(ConcernInbox inbox) {
    this.inbox = inbox;
  }

  @SuppressWarnings("NullAway")
  protected NotedConcerns() {
    inbox = null;
  }

  public void note(Concern concern) {
    String key = Alert.groupingKey(concern, null);
    if (noted.size() < MOST || noted.containsKey(key)) {
      noted.merge(key, concern, (old, now) -> now.times(old.occurrences() + now.occurrences()));
    }
  }

  /** Stores what was noted; what can't be stored is kept for the next time. */
  public void flush() {
    if (noted.isEmpty()) {
      return;
    }
    List<Concern> taken = new ArrayList<>();
    for (String key : List.copyOf(noted.keySet())) {
      Concern concern = noted.remove(key);
      if (concern != null) {
        taken.add(concern);
      }
    }
    try {
      inbox.write(taken, null);
    } catch (RuntimeException e) {
      taken.forEach(this::note);
      throw e;
    }
  }
}
