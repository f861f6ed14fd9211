package org.apikeys.audit;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether this node still signs the log, and why not. */
@ApplicationScoped
public class LogHealth {
  private static final System.Logger LOG = System.getLogger(LogHealth.class.getName());

  private volatile @Nullable String trouble;
  private volatile long signedSize;

  /** Why the log is not signed; empty while all is well. */
  public Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /** How many records the last checkpoint of this node covers. */
  public long signedSize() {
    return signedSize;
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
    }
    trouble = why;
  }
}
