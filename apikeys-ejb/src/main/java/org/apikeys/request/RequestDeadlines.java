package org.apikeys.request;

import static jakarta.ejb.TransactionAttributeType.NOT_SUPPORTED;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import org.apikeys.store.Leases;
import org.apikeys.store.Steps;

/** Looks after what was forgotten, on one node at a time. */
@Stateless
@PermitAll
@TransactionAttribute(NOT_SUPPORTED)
public class RequestDeadlines {
  private static final String LEASE = "request-deadlines";
  private static final Duration LENGTH = Duration.ofSeconds(60);
  private static final int BATCH = 200;

  private final Leases leases;
  private final RequestSteps steps;
  private final Clock clock;

  @Inject
  public RequestDeadlines(Leases leases, RequestSteps steps, Clock clock) {
    this.leases = leases;
    this.steps = steps;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public RequestDeadlines() {
    leases = null;
    steps = null;
    clock = null;
  }

  /**
   * Ends the requests whose time is over, reminds and escalates; each in a transaction of its own.
   */
  public void run() {
    if (!leases.tryAcquire(LEASE, LENGTH)) {
      return;
    }
    Steps due = new Steps(() -> leases.tryAcquire(LEASE, LENGTH));
    due.each(steps.overdue(BATCH), id -> steps.expire(id, clock.instant()));
    due.each(steps.toRemind(BATCH), steps::remind);
    due.each(steps.toEscalate(BATCH), steps::escalate);
    due.end();
  }

  /** Ends the requests for changes that can't be made any more. */
  public void endOvertaken() {
    Steps due = new Steps(() -> leases.tryAcquire(LEASE, LENGTH));
    long last = 0;
    boolean more = true;
    while (more && leases.tryAcquire(LEASE, LENGTH)) {
      RequestSteps.Looked looked = steps.lookAtChanges(last, BATCH);
      due.each(looked.overtaken(), steps::endOvertaken);
      last = looked.last();
      more = looked.more();
    }
    due.end();
  }
}
