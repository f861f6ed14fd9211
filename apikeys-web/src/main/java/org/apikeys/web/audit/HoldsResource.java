package org.apikeys.web.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.HoldOrder;
import org.apikeys.audit.HoldView;
import org.apikeys.audit.Holds;
import org.apikeys.audit.LogKeeper;
import org.apikeys.store.Json;
import org.apikeys.web.http.Creation;
import org.apikeys.web.http.Creation.Created;
import org.apikeys.web.http.JsonBody;
import org.apikeys.web.http.Listing;
import org.apikeys.web.http.PathNumber;
import org.apikeys.web.http.Query;
import org.jspecify.annotations.Nullable;

/** Legal holds. */
@Path("/v1/audit/holds")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class HoldsResource {
  private static final String HOLDS = "/api/v1/audit/holds";

  private final Holds holds;
  private final LogKeeper keeper;
  private final Creation creation;
  private final Caller caller;

  @Inject
  public HoldsResource(Holds holds, LogKeeper keeper, Creation creation, Caller caller) {
    this.holds = holds;
    this.keeper = keeper;
    this.creation = creation;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected HoldsResource() {
    holds = null;
    keeper = null;
    creation = null;
    caller = null;
  }

  @GET
  @RolesAllowed(ManagementScope.AUDIT_READ)
  public ObjectNode list(@Context UriInfo uri) {
    Query query = Query.of(uri);
    return Listing.of("holds", holds.list(caller, query.page(), query.size()), query);
  }

  @POST
  @RolesAllowed(ManagementScope.USERS_MANAGE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response set(
      @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey, JsonBody body) {
    HoldOrder order = body.as(HoldOrder.class);
    // whom the log knows is what it has numbered
    keeper.catchUp();
    return creation.create(
        caller,
        "POST " + HOLDS,
        idempotencyKey,
        body,
        () -> {
          HoldView hold = holds.set(caller, order);
          return new Created(HOLDS + "/" + hold.id(), 1, Json.MAPPER.valueToTree(hold));
        });
  }

  @GET
  @Path("{id}")
  @RolesAllowed(ManagementScope.AUDIT_READ)
  public HoldView read(@PathParam("id") String id) {
    return holds.read(caller, PathNumber.of(id, "hold"));
  }

  @DELETE
  @Path("{id}")
  @RolesAllowed(ManagementScope.USERS_MANAGE)
  public void lift(@PathParam("id") String id) {
    holds.lift(caller, PathNumber.of(id, "hold"));
  }
}
