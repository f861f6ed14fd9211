package org.apikeys.audit;

import java.util.Set;
import org.apikeys.api.tenant.Caller;

/** Knows for whom a call speaks, where people have to be different ones. */
@FunctionalInterface
public interface PeopleBehind {
  /**
   * The people who may be behind a call; nobody behind the system itself. Names are the same in any
   * case.
   */
  Set<String> behind(Caller caller);
}
