package org.apikeys.web.tenant;

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
import java.util.List;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.store.Json;
import org.apikeys.tenant.OrganizationOrder;
import org.apikeys.tenant.OrganizationView;
import org.apikeys.tenant.Tenants;
import org.apikeys.web.http.Creation;
import org.apikeys.web.http.Creation.Created;
import org.apikeys.web.http.EntityTags;
import org.apikeys.web.http.JsonBody;
import org.apikeys.web.http.Listing;
import org.apikeys.web.http.PathNumber;
import org.apikeys.web.http.Query;
import org.apikeys.web.http.ReadOnlyFields;
import org.jspecify.annotations.Nullable;

/** Organizations: the tenants of the system. */
@Path("/v1/organizations")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class OrganizationsResource {
  private final Tenants tenants;
  private final Creation creation;
  private final Caller caller;

  @Inject
  public OrganizationsResource(Tenants tenants, Creation creation, Caller caller) {
    this.tenants = tenants;
    this.creation = creation;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected OrganizationsResource() {
    tenants = null;
    creation = null;
    caller = null;
  }

  @GET
  @RolesAllowed(ManagementScope.ORGS_MANAGE)
  public ObjectNode list(@Context UriInfo uri) {
    Query query = Query.of(uri);
    return Listing.of("organizations", tenants.list(caller, query.page(), query.size()), query);
  }

  @POST
  @RolesAllowed(ManagementScope.ORGS_MANAGE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response create(
      @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey, JsonBody body) {
    OrganizationOrder order = body.as(OrganizationOrder.class);
    return creation.create(
        caller,
        "POST /api/v1/organizations",
        idempotencyKey,
        body,
        () -> {
          OrganizationView made = tenants.create(caller, order);
          return new Created(
              "/api/v1/organizations/" + made.id(), made.version(), Json.MAPPER.valueToTree(made));
        });
  }

  @GET
  @Path("{id}")
  @RolesAllowed(ManagementScope.ORGS_MANAGE)
  public Response read(@PathParam("id") String id) {
    return answer(tenants.read(caller, PathNumber.of(id, "organization")));
  }

  @PUT
  @Path("{id}")
  @RolesAllowed(ManagementScope.ORGS_MANAGE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response change(
      @PathParam("id") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      JsonBody body) {
    OrganizationView present = tenants.read(caller, PathNumber.of(id, "organization"));
    ObjectNode changes =
        ReadOnlyFields.without(
            body.node(), Json.MAPPER.valueToTree(present), List.of("id", "created_at"));
    if (!changes.has("name")) {
      changes.put("name", present.name());
    }
    return answer(
        tenants.change(
            caller,
            present.id(),
            new JsonBody(changes).as(OrganizationOrder.class),
            EntityTags.expected(ifMatch)));
  }

  private static Response answer(OrganizationView organization) {
    return Response.ok(organization).header("ETag", EntityTags.of(organization.version())).build();
  }
}
