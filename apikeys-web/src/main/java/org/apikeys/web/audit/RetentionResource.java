package org.apikeys.web.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.Map;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.LogKeeper;
import org.apikeys.audit.PurgeView;
import org.apikeys.audit.Purges;
import org.apikeys.audit.Retention;
import org.apikeys.audit.RetentionOrder;
import org.apikeys.audit.Subjects;
import org.apikeys.store.Json;
import org.apikeys.web.http.Creation;
import org.apikeys.web.http.Creation.Created;
import org.apikeys.web.http.JsonBody;
import org.apikeys.web.http.Listing;
import org.apikeys.web.http.PathNumber;
import org.apikeys.web.http.Query;
import org.jspecify.annotations.Nullable;

/** How long data is kept, and what is deleted: by retention, and for a person. */
@Path("/v1/audit")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class RetentionResource {
  private static final int ACCEPTED = 202;
  private static final String PURGES = "/api/v1/audit/purge";

  private final Retention retention;
  private final Purges purges;
  private final Subjects subjects;
  private final LogKeeper keeper;
  private final Creation creation;
  private final Caller caller;

  @Inject
  public RetentionResource(
      Retention retention,
      Purges purges,
      Subjects subjects,
      LogKeeper keeper,
      Creation creation,
      Caller caller) {
    this.retention = retention;
    this.purges = purges;
    this.subjects = subjects;
    this.keeper = keeper;
    this.creation = creation;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected RetentionResource() {
    retention = null;
    purges = null;
    subjects = null;
    keeper = null;
    creation = null;
    caller = null;
  }

  /** What is to be purged. */
  record PurgeOrder(@Nullable Instant before, @Nullable Boolean dryRun) {}

  /** Why a purge is rejected. */
  record PurgeRejection(@Nullable String reason) {}

  @GET
  @Path("retention")
  @RolesAllowed(ManagementScope.AUDIT_READ)
  public Map<String, Map<String, String>> retention() {
    return Map.of("classes", retention.read());
  }

  @PUT
  @Path("retention")
  @RolesAllowed(ManagementScope.ORGS_MANAGE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Map<String, Map<String, String>> change(JsonBody body) {
    return Map.of("classes", retention.change(caller, body.as(RetentionOrder.class)));
  }

  @POST
  @Path("purge")
  @RolesAllowed(ManagementScope.ORGS_MANAGE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response purge(
      @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey, JsonBody body) {
    PurgeOrder order = body.as(PurgeOrder.class);
    Instant before = order.before();
    if (before == null) {
      throw ProblemException.invalid("before", "is required");
    }
    keeper.catchUp();
    if (Boolean.TRUE.equals(order.dryRun())) {
      return Response.ok(purges.plan(caller, before)).build();
    }
    return creation.create(
        caller,
        "POST " + PURGES,
        idempotencyKey,
        body,
        () -> {
          PurgeView purge = purges.request(caller, before);
          return new Created(
              ACCEPTED, PURGES + "/" + purge.id(), null, Json.MAPPER.valueToTree(purge));
        });
  }

  @GET
  @Path("purge")
  @RolesAllowed(ManagementScope.ORGS_MANAGE)
  public ObjectNode purges(@Context UriInfo uri) {
    Query query = Query.of(uri);
    return Listing.of("purges", purges.list(caller, query.page(), query.size()), query);
  }

  @GET
  @Path("purge/{id}")
  @RolesAllowed(ManagementScope.ORGS_MANAGE)
  public PurgeView purge(@PathParam("id") String id) {
    return purges.read(caller, PathNumber.of(id, "purge"));
  }

  @POST
  @Path("purge/{id}/approve")
  @RolesAllowed(ManagementScope.ORGS_MANAGE)
  public PurgeView approve(@PathParam("id") String id) {
    keeper.catchUp();
    return purges.approve(caller, PathNumber.of(id, "purge"));
  }

  @POST
  @Path("purge/{id}/reject")
  @RolesAllowed(ManagementScope.ORGS_MANAGE)
  @Consumes(MediaType.APPLICATION_JSON)
  public PurgeView reject(@PathParam("id") String id, JsonBody body) {
    return purges.reject(
        caller, PathNumber.of(id, "purge"), body.as(PurgeRejection.class).reason());
  }

  @POST
  @Path("purge/{id}/cancel")
  @RolesAllowed(ManagementScope.ORGS_MANAGE)
  public PurgeView cancel(@PathParam("id") String id) {
    return purges.cancel(caller, PathNumber.of(id, "purge"));
  }

  @POST
  @Path("subjects/{id}/erase")
  @RolesAllowed(ManagementScope.USERS_MANAGE)
  public Subjects.Erased erase(@PathParam("id") String id) {
    keeper.catchUp();
    Subjects.Erased erased = subjects.erase(caller, id);
    keeper.catchUp();
    subjects.eraseWhatCameMeanwhile(id);
    return erased;
  }
}
