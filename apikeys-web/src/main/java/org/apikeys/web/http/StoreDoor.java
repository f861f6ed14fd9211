package org.apikeys.web.http;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;
import org.apikeys.store.StoreReach;

/**
 * Refuses every call that needs the store while that is known to be out of reach: at once, and
 * without a trace of each in the log.
 */
@Provider
@Priority(Priorities.AUTHORIZATION + 1)
public class StoreDoor implements ContainerRequestFilter {

  @Override
  public void filter(ContainerRequestContext request) {
    StoreReach.require();
  }
}
