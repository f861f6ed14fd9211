package org.apikeys.request;

import static jakarta.ejb.TransactionAttributeType.NOT_SUPPORTED;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.inject.Inject;
import java.time.Duration;
import org.apikeys.store.Leases;
import org.apikeys.store.Steps;

/** Reminds of campaigns and closes them in time, on one node at a time. */
@Stateless
@PermitAll
@TransactionAttribute(NOT_SUPPORTED)
public class CampaignDeadlines {
  private static final String LEASE = "campaigns";
  private static final Duration LENGTH = Duration.ofSeconds(60);

  private final Leases leases;
  private final CampaignSteps steps;

  @Inject
  public CampaignDeadlines(Leases leases, CampaignSteps steps) {
    this.leases = leases;
    this.steps = steps;
  }

  @SuppressWarnings("NullAway")
  public CampaignDeadlines() {
    leases = null;
    steps = null;
  }

  /** Takes every step that is due. */
  public void run() {
    if (!leases.tryAcquire(LEASE, LENGTH)) {
      return;
    }
    Steps due = new Steps(() -> leases.tryAcquire(LEASE, LENGTH));
    due.each(steps.toRemind(), steps::remind);
    due.each(steps.overdue(), this::disableAll);
    due.end();
  }

  private void disableAll(long campaign) {
    boolean more = true;
    while (more && leases.tryAcquire(LEASE, LENGTH)) {
      more = steps.disableSome(campaign);
    }
  }
}
