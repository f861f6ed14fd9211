package org.apikeys.web.verify;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;
import java.net.URI;

/**
 * Takes the query out of the spans that the server makes of JAX-RS calls: a key may be in it, and
 * what is searched for. The first of all filters, so that a call which another refuses is told the
 * same way.
 */
@Provider
@Dependent
@Priority(0)
public class SpanAddresses implements ContainerRequestFilter {
  // by the field: RESTEasy makes a provider by its constructor without parameters
  @Inject
  @SuppressWarnings("NullAway.Init")
  Tracing tracing;

  @Override
  public void filter(ContainerRequestContext request) {
    URI uri = request.getUriInfo().getRequestUri();
    if (uri.getRawQuery() != null) {
      tracing.hideQuery(uri);
    }
  }
}
