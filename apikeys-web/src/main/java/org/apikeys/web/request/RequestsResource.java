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
import java.util.Objects;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.request.Policies;
import org.apikeys.request.RequestDesk;
import org.apikeys.request.RequestFilter;
import org.apikeys.request.RequestKind;
import org.apikeys.request.RequestReader;
import org.apikeys.request.RequestStatus;
import org.apikeys.request.RequestView;
import org.apikeys.store.Json;
import org.apikeys.web.http.Creation;
import org.apikeys.web.http.Creation.Created;
import org.apikeys.web.http.EntityTags;
import org.apikeys.web.http.JsonBody;
import org.apikeys.web.http.Listing;
import org.apikeys.web.http.PathNumber;
import org.apikeys.web.http.Query;
import org.jspecify.annotations.Nullable;

/** Requests: submitted, listed and read. */
@Path("/v1/key-requests")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class RequestsResource {
  private final RequestDesk desk;
  private final RequestReader reader;
  private final Policies policies;
  private final Creation creation;
  private final Caller caller;

  @Inject
  public RequestsResource(
      RequestDesk desk, RequestReader reader, Policies policies, Creation creation, Caller caller) {
    this.desk = desk;
    this.reader = reader;
    this.policies = policies;
    this.creation = creation;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected RequestsResource() {
    desk = null;
    reader = null;
    policies = null;
    creation = null;
    caller = null;
  }

  @GET
  @RolesAllowed(ManagementScope.REQUESTS_READ)
  public ObjectNode list(@Context UriInfo uri) {
    Query query = Query.of(uri);
    String status = query.oneOf("status", RequestStatus.words());
    String kind = query.oneOf("kind", RequestKind.words());
    RequestFilter filter =
        new RequestFilter(
            status == null
                ? null
                : RequestStatus.valueOf(status.toUpperCase(java.util.Locale.ROOT)),
            kind == null ? null : RequestKind.ofWord(kind).orElseThrow(),
            query.text("requester"),
            Objects.requireNonNullElse(query.flag("mine"), false),
            Objects.requireNonNullElse(query.flag("awaiting_me"), false));
    return Listing.of(
        "key_requests", reader.list(caller, filter, query.page(), query.size()), query);
  }

  @POST
  @RolesAllowed(ManagementScope.REQUESTS_WRITE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response submit(
      @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey, JsonBody body) {
    return creation.create(
        caller,
        "POST /api/v1/key-requests",
        idempotencyKey,
        body,
        () -> {
          RequestView request = submitted(RequestBodies.of(body));
          return new Created(
              "/api/v1/key-requests/" + request.id(),
              request.version(),
              Json.MAPPER.valueToTree(request));
        });
  }

  /** Answers what the policies will say to a request, and opens none. */
  @POST
  @Path("preview")
  @RolesAllowed(ManagementScope.REQUESTS_WRITE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Policies.DryRun preview(JsonBody body) {
    RequestBodies asked = RequestBodies.preview(body);
    Long key = asked.keyId();
    return key == null
        ? policies.preview(caller, asked.order())
        : policies.preview(caller, asked.kind(), key, asked.change());
  }

  private RequestView submitted(RequestBodies asked) {
    Long key = asked.keyId();
    return key == null
        ? desk.askForKey(
            caller, asked.kind(), asked.order(), asked.justification(), asked.publicKey())
        : desk.askForChange(caller, asked.kind(), key, asked.change(), asked.justification());
  }

  @GET
  @Path("{id}")
  @RolesAllowed(ManagementScope.REQUESTS_READ)
  public Response read(@PathParam("id") String id) {
    return answer(reader.read(caller, PathNumber.of(id, "request")));
  }

  static Response answer(RequestView request) {
    return Response.ok(request).header("ETag", EntityTags.of(request.version())).build();
  }
}
