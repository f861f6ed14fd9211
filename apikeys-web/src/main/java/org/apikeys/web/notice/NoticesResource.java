package org.apikeys.web.notice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.Map;
import java.util.Objects;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.notice.Inbox;
import org.apikeys.web.http.Listing;
import org.apikeys.web.http.PathNumber;
import org.apikeys.web.http.Query;

/** The caller's own inbox. */
@Path("/v1/notices")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class NoticesResource {
  private final Inbox inbox;
  private final Caller caller;

  @Inject
  public NoticesResource(Inbox inbox, Caller caller) {
    this.inbox = inbox;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected NoticesResource() {
    inbox = null;
    caller = null;
  }

  @GET
  @RolesAllowed({ManagementScope.KEYS_READ, ManagementScope.KEYS_VERIFY})
  public ObjectNode list(@Context UriInfo uri) {
    Query query = Query.of(uri);
    boolean unread = Objects.requireNonNullElse(query.flag("unread"), false);
    return Listing.of("notices", inbox.list(caller, unread, query.page(), query.size()), query)
        .put("unread", inbox.unread(caller));
  }

  @POST
  @Path("{id}/read")
  @RolesAllowed({ManagementScope.KEYS_READ, ManagementScope.KEYS_VERIFY})
  @Consumes(MediaType.WILDCARD)
  public Inbox.NoticeView read(@PathParam("id") String id) {
    return inbox.read(caller, PathNumber.of(id, "notice"));
  }

  @POST
  @Path("read-all")
  @RolesAllowed({ManagementScope.KEYS_READ, ManagementScope.KEYS_VERIFY})
  @Consumes(MediaType.WILDCARD)
  public Map<String, Integer> readAll() {
    return Map.of("read", inbox.readAll(caller));
  }
}
