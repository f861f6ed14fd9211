package org.apikeys.web.audit;

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
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.regex.Pattern;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.EventFilter;
import org.apikeys.audit.LiveReader;
import org.apikeys.audit.LogKeeper;
import org.apikeys.web.access.Callers;
import org.apikeys.web.http.Query;
import org.jspecify.annotations.Nullable;

/** New records of the audit log, as Server-Sent Events. */
@Path("/v1/audit")
@RequestScoped
public class LiveResource {
  private static final String LAST_EVENT = "Last-Event-ID";
  private static final Pattern SEQUENCE = Pattern.compile("[0-9]{1,18}");

  private final LiveReader reader;
  private final LiveViewers viewers;
  private final LogKeeper keeper;
  private final Caller caller;

  @Inject
  public LiveResource(LiveReader reader, LiveViewers viewers, LogKeeper keeper, Caller caller) {
    this.reader = reader;
    this.viewers = viewers;
    this.keeper = keeper;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected LiveResource() {
    reader = null;
    viewers = null;
    keeper = null;
    caller = null;
  }

  @GET
  @Path("live")
  @RolesAllowed(ManagementScope.AUDIT_READ)
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public void follow(
      @Context UriInfo uri,
      @Context HttpServletRequest request,
      @Context HttpServletResponse response,
      @Context SseEventSink sink,
      @Context Sse sse) {
    EventFilter filter = EventFilters.of(Query.of(uri), null);
    Long lastSeen = lastSeen(request.getHeader(LAST_EVENT));
    viewers.requireRoom(caller);
    keeper.catchUp();
    long after = reader.begin(caller, filter, lastSeen);
    response.setHeader("Cache-Control", "no-store");
    viewers.add(new LiveViewers.Viewer(sink, sse, caller, filter, Callers.endOf(request), after));
  }

  private static @Nullable Long lastSeen(@Nullable String header) {
    if (header == null || header.isEmpty()) {
      return null;
    }
    if (!SEQUENCE.matcher(header).matches()) {
      throw ProblemException.invalid(LAST_EVENT, "is the id of an event: a sequence of the log");
    }
    return Long.valueOf(header);
  }
}
