package org.apikeys.web.verify;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.web.access.Callers;

/** News of changed and revoked keys, as Server-Sent Events. */
@Path("/v1/revocations")
@RequestScoped
public class RevocationsResource {
  private final RevocationListeners listeners;
  private final Caller caller;

  @Inject
  public RevocationsResource(RevocationListeners listeners, Caller caller) {
    this.listeners = listeners;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected RevocationsResource() {
    listeners = null;
    caller = null;
  }

  @GET
  @RolesAllowed(ManagementScope.KEYS_VERIFY)
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public void listen(
      @Context HttpServletRequest request, @Context SseEventSink sink, @Context Sse sse) {
    listeners.add(RevocationListeners.Listener.of(sink, sse, caller, Callers.endOf(request)));
  }
}
