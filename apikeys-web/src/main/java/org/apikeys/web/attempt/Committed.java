package org.apikeys.web.attempt;

import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Reception;
import jakarta.enterprise.event.TransactionPhase;
import org.apikeys.api.audit.Recorded;

/** What the call has changed for good: every change has its record. */
@RequestScoped
public class Committed {
  private int changes;

  void onRecorded(
      @Observes(during = TransactionPhase.AFTER_SUCCESS, notifyObserver = Reception.IF_EXISTS)
          Recorded change) {
    changes++;
  }

  /** How much, so far. */
  public int changes() {
    return changes;
  }
}
