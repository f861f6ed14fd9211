package org.apikeys.web.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.check.Check;
import org.apikeys.crypto.Secret;
import org.apikeys.request.Approvals;
import org.apikeys.request.RequestDesk;
import org.apikeys.request.RequestView;
import org.apikeys.store.Json;
import org.apikeys.web.http.Creation;
import org.apikeys.web.http.Creation.Created;
import org.apikeys.web.http.EntityTags;
import org.apikeys.web.http.JsonBody;
import org.apikeys.web.http.PathNumber;
import org.apikeys.web.key.KeyBodies;
import org.apikeys.web.key.KeysResource;
import org.jspecify.annotations.Nullable;

/** What people do about a request. */
@Path("/v1/key-requests")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class RequestActionsResource {
  private static final int OK = 200;

  private final Approvals approvals;
  private final RequestDesk desk;
  private final Check check;
  private final Creation creation;
  private final Caller caller;

  @Inject
  public RequestActionsResource(
      Approvals approvals, RequestDesk desk, Check check, Creation creation, Caller caller) {
    this.approvals = approvals;
    this.desk = desk;
    this.check = check;
    this.creation = creation;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected RequestActionsResource() {
    approvals = null;
    desk = null;
    check = null;
    creation = null;
    caller = null;
  }

  /**
   * An approval.
   *
   * @param digest of the request as the approver saw it
   * @param overrides fields of the wanted key, each allowing less
   */
  public record ApproveOrder(
      @Nullable @Size(max = 1000, message = "has at most 1000 characters") String comment,
      @Nullable @Size(max = 100, message = "is the digest of the request") String digest,
      @Nullable ObjectNode overrides) {}

  @POST
  @Path("{id}/approve")
  @RolesAllowed({ManagementScope.REQUESTS_APPROVE, ManagementScope.REQUESTS_WRITE})
  public Response approve(
      @PathParam("id") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      JsonBody body) {
    ApproveOrder order = check.valid(body.as(ApproveOrder.class));
    ObjectNode overrides = order.overrides();
    return RequestsResource.answer(
        approvals.approve(
            caller,
            PathNumber.of(id, "request"),
            new Approvals.Decision(
                order.comment(),
                order.digest(),
                overrides == null || overrides.isEmpty()
                    ? null
                    : wanted -> KeyBodies.merged(wanted, KeyBodies.wishes(overrides))),
            EntityTags.expected(ifMatch)));
  }

  /** A rejection. */
  public record RejectOrder(
      @NotBlank(message = "is required: it reaches the requester")
          @Size(max = 1000, message = "has at most 1000 characters")
          String reason) {}

  @POST
  @Path("{id}/reject")
  @RolesAllowed({ManagementScope.REQUESTS_APPROVE, ManagementScope.REQUESTS_WRITE})
  public Response reject(
      @PathParam("id") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      JsonBody body) {
    String reason = check.valid(body.as(RejectOrder.class)).reason();
    return RequestsResource.answer(
        approvals.reject(
            caller, PathNumber.of(id, "request"), reason, EntityTags.expected(ifMatch)));
  }

  /** Who is to decide in the caller's stead, and until when. */
  public record DelegateOrder(
      @NotBlank(message = "is required: a user name") @Size(max = 64, message = "is a user name")
          String to,
      @NotNull(message = "is required") Instant until) {}

  @POST
  @Path("{id}/delegate")
  @RolesAllowed({ManagementScope.REQUESTS_APPROVE, ManagementScope.REQUESTS_WRITE})
  public Response delegate(
      @PathParam("id") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      JsonBody body) {
    DelegateOrder order = check.valid(body.as(DelegateOrder.class));
    return RequestsResource.answer(
        approvals.delegate(
            caller,
            PathNumber.of(id, "request"),
            order.to(),
            order.until(),
            EntityTags.expected(ifMatch)));
  }

  /** A comment. */
  public record CommentOrder(
      @NotBlank(message = "is required") @Size(max = 2000, message = "has at most 2000 characters")
          String text) {}

  @POST
  @Path("{id}/comments")
  @RolesAllowed({ManagementScope.REQUESTS_WRITE, ManagementScope.REQUESTS_APPROVE})
  public Response comment(
      @PathParam("id") String id,
      @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey,
      JsonBody body) {
    String text = check.valid(body.as(CommentOrder.class)).text();
    long number = PathNumber.of(id, "request");
    String request = "/api/v1/key-requests/" + number;
    return creation.create(
        caller,
        "POST " + request + "/comments",
        idempotencyKey,
        body,
        () -> {
          RequestView commented = desk.comment(caller, number, text);
          return new Created(request, commented.version(), Json.MAPPER.valueToTree(commented));
        });
  }

  @POST
  @Path("{id}/cancel")
  @RolesAllowed(ManagementScope.REQUESTS_WRITE)
  @Consumes(MediaType.WILDCARD)
  public Response cancel(
      @PathParam("id") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      @Nullable JsonBody body) {
    requireNothing(body);
    return RequestsResource.answer(
        desk.cancel(caller, PathNumber.of(id, "request"), EntityTags.expected(ifMatch)));
  }

  @POST
  @Path("{id}/claim")
  @RolesAllowed(ManagementScope.REQUESTS_WRITE)
  @Consumes(MediaType.WILDCARD)
  public Response claim(
      @PathParam("id") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey,
      @Nullable JsonBody body) {
    Secret chosen = body == null ? null : KeyBodies.customKey(body.node());
    if (chosen == null) {
      requireNothing(body);
    } else if (body != null && body.node().size() > 1) {
      throw ProblemException.invalid("body", "holds nothing but custom_key");
    }
    long number = PathNumber.of(id, "request");
    return creation.create(
        caller,
        "POST /api/v1/key-requests/" + number + "/claim",
        idempotencyKey,
        body,
        () -> claimed(number, desk.claim(caller, number, chosen, EntityTags.expected(ifMatch))));
  }

  private static Created claimed(long number, RequestDesk.Claimed claimed) {
    ObjectNode answer = KeysResource.shown(claimed.key());
    if (claimed.sealed() != null) {
      answer.putNull("key");
      answer.put("sealed_key", claimed.sealed());
    }
    answer.put("request_id", number);
    return new Created(OK, "/api/v1/api-keys/" + claimed.view().id(), null, answer);
  }

  private static void requireNothing(@Nullable JsonBody body) {
    if (body != null && !body.node().isEmpty()) {
      throw ProblemException.invalid(
          body.node().fieldNames().next(), "is not a field of this request");
    }
  }
}
