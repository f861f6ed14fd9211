package org.apikeys.web.notice;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
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
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.crypto.Secret;
import org.apikeys.notice.Webhooks;
import org.apikeys.store.Json;
import org.apikeys.web.http.Creation;
import org.apikeys.web.http.Creation.Created;
import org.apikeys.web.http.EntityTags;
import org.apikeys.web.http.JsonBody;
import org.apikeys.web.http.Listing;
import org.apikeys.web.http.PathNumber;
import org.apikeys.web.http.Query;
import org.apikeys.web.http.ReadOnlyFields;
import org.jspecify.annotations.Nullable;

/** Webhooks and what was delivered to them. */
@Path("/v1/webhooks")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class WebhooksResource {
  private static final String WEBHOOK = "webhook";
  private static final int ACCEPTED = 202;

  private final Webhooks webhooks;
  private final Creation creation;
  private final Caller caller;

  @Inject
  public WebhooksResource(Webhooks webhooks, Creation creation, Caller caller) {
    this.webhooks = webhooks;
    this.creation = creation;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected WebhooksResource() {
    webhooks = null;
    creation = null;
    caller = null;
  }

  /** What a client asks of a webhook. */
  public record WebhookBody(
      @Nullable String url,
      @Nullable List<String> events,
      @Nullable String secret,
      @JsonProperty("is_active") @Nullable Boolean active) {

    Webhooks.Order order() {
      return new Webhooks.Order(url, events, secret == null ? null : new Secret(secret), active);
    }

    @Override
    public String toString() {
      return "WebhookBody";
    }
  }

  @GET
  @RolesAllowed(ManagementScope.WEBHOOKS_MANAGE)
  public ObjectNode list(@Context UriInfo uri) {
    Query query = Query.of(uri);
    return Listing.of("webhooks", webhooks.list(caller, query.page(), query.size()), query);
  }

  @POST
  @RolesAllowed(ManagementScope.WEBHOOKS_MANAGE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response create(
      @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey, JsonBody body) {
    Webhooks.Order order = body.as(WebhookBody.class).order();
    return creation.create(
        caller,
        "POST /api/v1/webhooks",
        idempotencyKey,
        body,
        () -> {
          Webhooks.Made made = webhooks.create(caller, order);
          ObjectNode answer = Json.MAPPER.valueToTree(made.view());
          answer.put("secret", made.secret().reveal());
          return new Created("/api/v1/webhooks/" + made.view().id(), made.view().version(), answer);
        });
  }

  @GET
  @Path("{id}")
  @RolesAllowed(ManagementScope.WEBHOOKS_MANAGE)
  public Response read(@PathParam("id") String id) {
    return answer(webhooks.read(caller, PathNumber.of(id, WEBHOOK)));
  }

  @PUT
  @Path("{id}")
  @RolesAllowed(ManagementScope.WEBHOOKS_MANAGE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response change(
      @PathParam("id") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      JsonBody body) {
    long number = PathNumber.of(id, WEBHOOK);
    ObjectNode changes =
        ReadOnlyFields.without(
            body.node(),
            Json.MAPPER.valueToTree(webhooks.read(caller, number)),
            List.of("id", "created_by", "created_at", "updated_at"));
    for (String field : List.of("url", "events", "is_active")) {
      if (changes.path(field).isNull()) {
        throw ProblemException.invalid(field, "is never null; leave it out to keep it");
      }
    }
    return answer(
        webhooks.change(
            caller,
            number,
            new JsonBody(changes).as(WebhookBody.class).order(),
            EntityTags.expected(ifMatch)));
  }

  @DELETE
  @Path("{id}")
  @RolesAllowed(ManagementScope.WEBHOOKS_MANAGE)
  public void delete(
      @PathParam("id") String id, @HeaderParam("If-Match") @Nullable String ifMatch) {
    webhooks.delete(caller, PathNumber.of(id, WEBHOOK), EntityTags.expected(ifMatch));
  }

  @POST
  @Path("{id}/test")
  @RolesAllowed(ManagementScope.WEBHOOKS_MANAGE)
  @Consumes(MediaType.WILDCARD)
  public Response test(@PathParam("id") String id) {
    return Response.status(ACCEPTED)
        .entity(webhooks.test(caller, PathNumber.of(id, WEBHOOK)))
        .build();
  }

  @GET
  @Path("{id}/deliveries")
  @RolesAllowed(ManagementScope.WEBHOOKS_MANAGE)
  public ObjectNode deliveries(@PathParam("id") String id, @Context UriInfo uri) {
    Query query = Query.of(uri);
    return Listing.of(
        "deliveries",
        webhooks.deliveries(caller, PathNumber.of(id, WEBHOOK), query.page(), query.size()),
        query);
  }

  @POST
  @Path("{id}/deliveries/{delivery}/resend")
  @RolesAllowed(ManagementScope.WEBHOOKS_MANAGE)
  @Consumes(MediaType.WILDCARD)
  public Response resend(@PathParam("id") String id, @PathParam("delivery") String delivery) {
    return Response.status(ACCEPTED)
        .entity(
            webhooks.resend(
                caller, PathNumber.of(id, WEBHOOK), PathNumber.of(delivery, "delivery")))
        .build();
  }

  private static Response answer(Webhooks.View webhook) {
    return Response.ok(webhook).header("ETag", EntityTags.of(webhook.version())).build();
  }
}
