package org.apikeys.web.attempt;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.io.InputStream;
import java.util.Arrays;
import org.apikeys.store.Deadlocks;
import org.jspecify.annotations.Nullable;

/**
 * Makes a call once more whose transaction the store rolled back in favour of another: both waited
 * for each other, or it could not set numbers aside for new rows. Nothing was changed then, so that
 * whoever called need not learn of it. Not when a part of the call is committed already, and not
 * when its body has been read from the wire meanwhile.
 */
@Attempted
@Interceptor
@Priority(Interceptor.Priority.APPLICATION)
public class Attempts {
  private static final int MOST = 3;
  private static final long BREATH_MILLIS = 30;

  /** A proxy of the call's own. */
  private final Committed committed;

  @Inject
  public Attempts(Committed committed) {
    this.committed = committed;
  }

  @AroundInvoke
  public @Nullable Object attempt(InvocationContext call) throws Exception {
    int before = committed.changes();
    for (int attempt = 1; ; attempt++) {
      try {
        return call.proceed();
      } catch (RuntimeException e) {
        if (attempt == MOST
            || !Deadlocks.isRolledBack(e)
            || committed.changes() != before
            || isReadFromTheWire(call)) {
          throw e;
        }
        Thread.sleep(BREATH_MILLIS * attempt);
      }
    }
  }

  private static boolean isReadFromTheWire(InvocationContext call) {
    return Arrays.stream(call.getParameters()).anyMatch(InputStream.class::isInstance);
  }
}
