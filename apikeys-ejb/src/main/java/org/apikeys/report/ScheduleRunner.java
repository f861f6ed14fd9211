package org.apikeys.report;

import static jakarta.ejb.TransactionAttributeType.NOT_SUPPORTED;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.inject.Inject;
import java.time.Duration;
import org.apikeys.store.Leases;
import org.apikeys.store.Steps;

/** Orders reports by their schedules, on one node at a time. */
@Stateless
@PermitAll
@TransactionAttribute(NOT_SUPPORTED)
public class ScheduleRunner {
  private static final String LEASE = "report-schedules";
  private static final Duration LENGTH = Duration.ofSeconds(30);

  private final Leases leases;
  private final ScheduleSteps steps;

  @Inject
  public ScheduleRunner(Leases leases, ScheduleSteps steps) {
    this.leases = leases;
    this.steps = steps;
  }

  @SuppressWarnings("NullAway")
  public ScheduleRunner() {
    leases = null;
    steps = null;
  }

  /** Orders every report that is due. */
  public void run() {
    if (!leases.tryAcquire(LEASE, LENGTH)) {
      return;
    }
    Steps due = new Steps(() -> leases.tryAcquire(LEASE, LENGTH));
    due.each(steps.due(), steps::run);
    due.end();
  }
}
