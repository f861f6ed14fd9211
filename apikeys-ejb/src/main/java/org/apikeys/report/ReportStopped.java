package org.apikeys.report;

import jakarta.ejb.ApplicationException;

/** Ends the making of a report that is no longer this node's to make: cancelled, or taken over. */
@ApplicationException(rollback = true)
public class ReportStopped extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ReportStopped(long jobId) {
    super("report job " + jobId + " is not ours any more", null, false, false);
  }
}
