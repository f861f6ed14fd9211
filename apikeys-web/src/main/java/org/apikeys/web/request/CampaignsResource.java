package org.apikeys.web.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
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
import java.util.List;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.request.Campaigns;
import org.apikeys.store.Json;
import org.apikeys.web.http.Creation;
import org.apikeys.web.http.Creation.Created;
import org.apikeys.web.http.EntityTags;
import org.apikeys.web.http.JsonBody;
import org.apikeys.web.http.Listing;
import org.apikeys.web.http.PathNumber;
import org.apikeys.web.http.Query;
import org.apikeys.web.key.KeysResource;
import org.jspecify.annotations.Nullable;

/** Recertification. */
@Path("/v1/campaigns")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class CampaignsResource {
  private final Campaigns campaigns;
  private final Creation creation;
  private final Caller caller;

  @Inject
  public CampaignsResource(Campaigns campaigns, Creation creation, Caller caller) {
    this.campaigns = campaigns;
    this.creation = creation;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected CampaignsResource() {
    campaigns = null;
    creation = null;
    caller = null;
  }

  @GET
  @RolesAllowed(ManagementScope.REQUESTS_READ)
  public ObjectNode list(@Context UriInfo uri) {
    Query query = Query.of(uri);
    String status = query.oneOf("status", List.of("open", "closed"));
    return Listing.of(
        "campaigns", campaigns.list(caller, status, query.page(), query.size()), query);
  }

  @POST
  @RolesAllowed(ManagementScope.REQUESTS_APPROVE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response open(
      @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey, JsonBody body) {
    Campaigns.CampaignOrder order = body.as(Campaigns.CampaignOrder.class);
    return creation.create(
        caller,
        "POST /api/v1/campaigns",
        idempotencyKey,
        body,
        () -> {
          Campaigns.View campaign = campaigns.open(caller, order);
          return new Created(
              "/api/v1/campaigns/" + campaign.id(),
              campaign.version(),
              Json.MAPPER.valueToTree(campaign));
        });
  }

  @GET
  @Path("{id}")
  @RolesAllowed(ManagementScope.REQUESTS_READ)
  public Response read(@PathParam("id") String id) {
    Campaigns.View campaign = campaigns.read(caller, PathNumber.of(id, "campaign"));
    return Response.ok(campaign).header("ETag", EntityTags.of(campaign.version())).build();
  }

  @GET
  @Path("{id}/items")
  @RolesAllowed(ManagementScope.REQUESTS_READ)
  public ObjectNode items(@PathParam("id") String id, @Context UriInfo uri) {
    Query query = Query.of(uri);
    String status =
        query.oneOf("status", List.of("open", "confirmed", "retired", "disabled", "ended"));
    return Listing.of(
        "items",
        campaigns.items(caller, PathNumber.of(id, "campaign"), status, query.page(), query.size()),
        query);
  }

  @POST
  @Path("{id}/items/{key_id}/confirm")
  @RolesAllowed(ManagementScope.REQUESTS_WRITE)
  @Consumes(MediaType.WILDCARD)
  public Campaigns.ItemView confirm(@PathParam("id") String id, @PathParam("key_id") String keyId) {
    return campaigns.confirm(caller, PathNumber.of(id, "campaign"), KeysResource.number(keyId));
  }

  @POST
  @Path("{id}/items/{key_id}/retire")
  @RolesAllowed(ManagementScope.REQUESTS_WRITE)
  @Consumes(MediaType.WILDCARD)
  public Campaigns.ItemView retire(@PathParam("id") String id, @PathParam("key_id") String keyId) {
    return campaigns.retire(caller, PathNumber.of(id, "campaign"), KeysResource.number(keyId));
  }
}
