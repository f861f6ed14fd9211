package org.apikeys.store;

import org.eclipse.persistence.config.SessionCustomizer;
import org.eclipse.persistence.sessions.Session;

/**
 * What EclipseLink does differently here.
 *
 * <p>A failure of the store is told at once. As it comes, EclipseLink asks the connection that
 * failed whether it is well, and asks the store up to three times more with five seconds of sleep
 * between, in which the thread is lost to everybody else.
 *
 * <p>Statements for Derby have booleans that Derby understands: {@link DerbyBooleans}.
 *
 * <p>By the interface that both EclipseLink 4.0.1, which the full server brings, and later versions
 * know; its successor is not in the former.
 */
@SuppressWarnings("removal")
public final class StoreSession implements SessionCustomizer {
  @Override
  public void customize(Session session) {
    session.getLogin().setQueryRetryAttemptCount(0);
    session.getLogin().setConnectionHealthValidatedOnError(false);
    session.getEventManager().addListener(new DerbyBooleans.Installation());
  }
}
