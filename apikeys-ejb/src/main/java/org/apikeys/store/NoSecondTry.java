package org.apikeys.store;

import org.eclipse.persistence.sessions.Session;
import org.eclipse.persistence.sessions.SessionCustomizer;

/**
 * A failure of the store is told at once. As it comes, EclipseLink asks the connection that failed
 * whether it is well, and asks the store up to three times more with five seconds of sleep between,
 * in which the thread is lost to everybody else.
 */
public final class NoSecondTry implements SessionCustomizer {
  @Override
  public void customize(Session session) {
    session.getLogin().setQueryRetryAttemptCount(0);
    session.getLogin().setConnectionHealthValidatedOnError(false);
  }
}
