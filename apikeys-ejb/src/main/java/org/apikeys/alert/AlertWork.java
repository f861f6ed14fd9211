package org.apikeys.alert;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apikeys.alert.ConcernInbox.Waiting;
import org.apikeys.store.Leases;

/** Makes alerts of the concerns that wait, on one node at a time. */
@ApplicationScoped
public class AlertWork {
  private static final System.Logger LOG = System.getLogger(AlertWork.class.getName());
  private static final String LEASE = "alerts";
  private static final Duration LENGTH = Duration.ofSeconds(10);
  private static final int BATCH = 500;

  private final NotedConcerns noted;
  private final ConcernInbox inbox;
  private final AlertRaiser raiser;
  private final Leases leases;

  @Inject
  public AlertWork(NotedConcerns noted, ConcernInbox inbox, AlertRaiser raiser, Leases leases) {
    this.noted = noted;
    this.inbox = inbox;
    this.raiser = raiser;
    this.leases = leases;
  }

  @SuppressWarnings("NullAway")
  protected AlertWork() {
    noted = null;
    inbox = null;
    raiser = null;
    leases = null;
  }

  /** Stores what was noted, and makes alerts of what waits. */
  public void run() {
    noted.flush();
    List<Waiting> waiting = inbox.waiting(BATCH);
    if (waiting.isEmpty() || !leases.tryAcquire(LEASE, LENGTH)) {
      return;
    }
    Map<String, List<Waiting>> same = new LinkedHashMap<>();
    for (Waiting one : waiting) {
      same.computeIfAbsent(one.groupingKey(), key -> new ArrayList<>()).add(one);
    }
    for (List<Waiting> group : same.values()) {
      if (!leases.tryAcquire(LEASE, LENGTH)) {
        return;
      }
      try {
        raiser.raise(group);
      } catch (RuntimeException e) {
        // what can't become an alert now waits, and keeps no other from it
        LOG.log(System.Logger.Level.WARNING, "A concern can't become an alert yet", e);
      }
    }
  }
}
