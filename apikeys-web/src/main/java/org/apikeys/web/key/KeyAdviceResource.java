package org.apikeys.web.key;

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
import org.apikeys.advice.Advice;
import org.apikeys.advice.Advisor;
import org.apikeys.advice.Replay;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.web.http.JsonBody;
import org.apikeys.web.http.Query;
import org.jspecify.annotations.Nullable;

/** Least privilege: what a key has not used, and what a restriction would have refused. */
@Path("/v1/api-keys")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class KeyAdviceResource {
  private static final int STANDARD_DAYS = 30;
  private static final int MOST_DAYS = 365;
  private static final String DAYS = "days";

  /** What a proposal may say. */
  private static final List<String> PROPOSED =
      List.of(
          "scopes",
          "permission_sets",
          "restrictions",
          "rate_limit",
          "rate_limits",
          "rateLimit",
          "resource_limits",
          "unlimited");

  private final Advisor advisor;
  private final Replay replay;
  private final Caller caller;

  @Inject
  public KeyAdviceResource(Advisor advisor, Replay replay, Caller caller) {
    this.advisor = advisor;
    this.replay = replay;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected KeyAdviceResource() {
    advisor = null;
    replay = null;
    caller = null;
  }

  @GET
  @Path("{id}/advice")
  @RolesAllowed(ManagementScope.KEYS_READ)
  public Advice advise(@PathParam("id") String id, @Context UriInfo uri) {
    return advisor.advise(caller, KeysResource.number(id), days(uri));
  }

  @POST
  @Path("{id}/advice/apply")
  @RolesAllowed(ManagementScope.KEYS_WRITE)
  @Consumes(MediaType.WILDCARD)
  public Response apply(
      @PathParam("id") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      @Context UriInfo uri) {
    return KeysResource.answer(
        advisor.apply(caller, KeysResource.number(id), days(uri), KeyTags.expected(ifMatch)));
  }

  @POST
  @Path("{id}/replay")
  @RolesAllowed(ManagementScope.KEYS_WRITE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Replay.Report replay(@PathParam("id") String id, @Context UriInfo uri, JsonBody body) {
    KeyBodies.requireOnly(PROPOSED, body.node());
    long number = KeysResource.number(id);
    ObjectNode changes = KeyBodies.changes(body, body.node());
    return replay.run(caller, number, before -> KeyBodies.merged(before, changes), days(uri));
  }

  private static int days(UriInfo uri) {
    return Query.of(uri).number(DAYS, STANDARD_DAYS, 1, MOST_DAYS);
  }
}
