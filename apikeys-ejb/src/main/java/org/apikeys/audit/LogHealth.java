package org.apikeys.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.util.Optional;
import org.apikeys.api.alert.AlertKind;
import org.apikeys.api.alert.Concern;
import org.apikeys.api.tenant.Caller;
import org.jspecify.annotations.Nullable;

/** Whether this node still signs the log, and why not. */
@ApplicationScoped
public class LogHealth {
  private static final System.Logger LOG = System.getLogger(LogHealth.class.getName());

  private final Event<Concern> concerns;
  private volatile @Nullable String trouble;
  private volatile boolean goesOn = true;
  private volatile long signedSize;

  @Inject
  public LogHealth(Event<Concern> concerns) {
    this.concerns = concerns;
  }

  @SuppressWarnings("NullAway")
  protected LogHealth() {
    concerns = null;
  }

  /** Why the log is not signed; empty while all is well. */
  public Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /** How many records the last checkpoint of this node covers. */
  public long signedSize() {
    return signedSize;
  }

  /** Whether records were numbered and signed the last time, or there was nothing to do. */
  public boolean goesOn() {
    return goesOn;
  }

  void goesOn(boolean now) {
    goesOn = now;
  }

  void signed(long size) {
    if (trouble != null) {
      LOG.log(System.Logger.Level.INFO, "The audit log is signed again.");
    }
    trouble = null;
    signedSize = size;
  }

  /** Tells the log once. */
  void refused(String why) {
    if (!why.equals(trouble)) {
      LOG.log(System.Logger.Level.ERROR, "The audit log is not signed any more: {0}", why);
      trouble = why;
      concerns.fire(
          Concern.about(
              Caller.DEFAULT_ORGANIZATION,
              AlertKind.AUDIT_LOG_REFUSED,
              "audit-log",
              "The audit log is not signed any more: " + why));
    }
  }
}
