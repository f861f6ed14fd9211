package org.apikeys.web.key;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.check.Check;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeyKeeper;
import org.apikeys.key.KeyValues;
import org.apikeys.key.SecretKeeper;
import org.apikeys.request.KeyOrders;
import org.apikeys.web.http.Creation;
import org.apikeys.web.http.Creation.Created;
import org.apikeys.web.http.JsonBody;
import org.jspecify.annotations.Nullable;

/** What is done to a key beyond changing its configuration. */
@Path("/v1/api-keys")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class KeyActionsResource {
  private static final int OK = 200;

  private final KeyKeeper keeper;
  private final SecretKeeper secrets;
  private final KeyValues values;
  private final KeyOrders orders;
  private final Creation creation;
  private final Check check;
  private final Caller caller;

  @Inject
  public KeyActionsResource(
      KeyKeeper keeper,
      SecretKeeper secrets,
      KeyValues values,
      KeyOrders orders,
      Creation creation,
      Check check,
      Caller caller) {
    this.keeper = keeper;
    this.secrets = secrets;
    this.values = values;
    this.orders = orders;
    this.creation = creation;
    this.check = check;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected KeyActionsResource() {
    keeper = null;
    secrets = null;
    values = null;
    orders = null;
    creation = null;
    check = null;
    caller = null;
  }

  /** How long the old secret goes on working. */
  public record RotateOrder(
      @Nullable @Size(max = 20, message = "has at most 20 characters") String overlap) {}

  @POST
  @Path("{id}/rotate")
  @RolesAllowed(ManagementScope.KEYS_WRITE)
  @Consumes(MediaType.WILDCARD)
  public Response rotate(
      @PathParam("id") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey,
      @Nullable JsonBody body) {
    String asked = body == null ? null : check.valid(body.as(RotateOrder.class)).overlap();
    Duration overlap = KeyBodies.duration("overlap", asked);
    long number = KeysResource.number(id);
    return creation.create(
        caller,
        "POST /api/v1/api-keys/" + number + "/rotate",
        idempotencyKey,
        body,
        () -> rotated(secrets.rotate(caller, number, overlap, KeyTags.expected(ifMatch))));
  }

  private static Created rotated(IssuedKey key) {
    ObjectNode answer = KeysResource.shown(key);
    answer.put("previous_key_expires_at", String.valueOf(key.previousExpiresAt()));
    return new Created(OK, null, KeyTags.of(key.view()), answer);
  }

  /** Ends an old secret before its overlap does. */
  @POST
  @Path("{id}/generations/{generation}/retire")
  @RolesAllowed(ManagementScope.KEYS_WRITE)
  @Consumes(MediaType.WILDCARD)
  public Response retire(@PathParam("id") String id, @PathParam("generation") String generation) {
    if (!generation.matches("[1-9][0-9]{0,8}")) {
      throw ProblemException.notFound("generation");
    }
    return KeysResource.answer(
        secrets.retire(caller, KeysResource.number(id), Integer.parseInt(generation)));
  }

  /** Until when a key is to live. */
  public record RenewOrder(@NotNull(message = "is required") Instant expiresAt) {}

  @POST
  @Path("{id}/renew")
  @RolesAllowed(ManagementScope.KEYS_WRITE)
  public Response renew(
      @PathParam("id") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      JsonBody body) {
    Instant expiry = check.valid(body.as(RenewOrder.class)).expiresAt();
    return KeysResource.answer(
        orders.renew(caller, KeysResource.number(id), expiry, KeyTags.expected(ifMatch)));
  }

  /** Why a key ends. */
  public record RevokeOrder(
      @Nullable @Size(max = 500, message = "has at most 500 characters") String reason) {}

  @POST
  @Path("{id}/revoke")
  @RolesAllowed(ManagementScope.KEYS_WRITE)
  @Consumes(MediaType.WILDCARD)
  public Response revoke(
      @PathParam("id") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      @Nullable JsonBody body) {
    String reason = body == null ? null : check.valid(body.as(RevokeOrder.class)).reason();
    return KeysResource.answer(
        keeper.revoke(caller, KeysResource.number(id), reason, KeyTags.expected(ifMatch)));
  }

  @POST
  @Path("{id}/reveal")
  @RolesAllowed(ManagementScope.KEYS_REVEAL)
  @Consumes(MediaType.WILDCARD)
  public Response reveal(@PathParam("id") String id) {
    IssuedKey revealed = values.reveal(caller, KeysResource.number(id));
    ObjectNode answer =
        KeysResource.shown(revealed).retain(List.of("id", "key_id", "key_prefix", "key"));
    return withSecret(answer, revealed);
  }

  private static Response withSecret(ObjectNode answer, IssuedKey key) {
    return Response.ok(answer)
        .header("ETag", KeyTags.of(key.view()))
        .header("Cache-Control", "no-store")
        .build();
  }
}
