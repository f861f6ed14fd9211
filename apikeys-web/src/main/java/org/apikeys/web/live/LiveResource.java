package org.apikeys.web.live;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.Set;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.EventFilter;
import org.apikeys.audit.LiveReader;
import org.apikeys.key.KeyReader;
import org.apikeys.web.access.Callers;

/** What happens now, as Server-Sent Events. */
@Path("/v1/live")
@RequestScoped
public class LiveResource {
  private final LiveListeners listeners;
  private final KeyReader keys;
  private final LiveReader log;
  private final Caller caller;

  @Inject
  public LiveResource(LiveListeners listeners, KeyReader keys, LiveReader log, Caller caller) {
    this.listeners = listeners;
    this.keys = keys;
    this.log = log;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected LiveResource() {
    listeners = null;
    keys = null;
    log = null;
    caller = null;
  }

  @GET
  @RolesAllowed(ManagementScope.USAGE_READ)
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public void listen(
      @Context HttpServletRequest request,
      @Context HttpServletResponse response,
      @Context SseEventSink sink,
      @Context Sse sse) {
    listeners.requireRoom(caller);
    Set<Long> own = caller.seesWholeOrganization() ? null : Set.copyOf(keys.ownNumbers(caller));
    LiveListener listener = new LiveListener(sink, sse, caller, own, Callers.endOf(request));
    if (listener.readsAudit()) {
      // that somebody watches the log is recorded, as everywhere
      log.begin(caller, EventFilter.ANY, null);
    }
    response.setHeader("Cache-Control", "no-store");
    listeners.add(listener);
  }
}
