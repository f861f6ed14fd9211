package org.apikeys.web.key;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.KeyTrials;
import org.apikeys.key.TrialReport;
import org.apikeys.web.http.JsonBody;
import org.jspecify.annotations.Nullable;

/** What a restriction would refuse of the calls that come, before it is anybody's. */
@Path("/v1/api-keys/{id}/trial")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class KeyTrialResource {
  private static final String DURATION = "duration";

  /** What a proposal may say. */
  private static final List<String> PROPOSED = List.of("scopes", "permission_sets", "restrictions");

  private final KeyTrials trials;
  private final Caller caller;

  @Inject
  public KeyTrialResource(KeyTrials trials, Caller caller) {
    this.trials = trials;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected KeyTrialResource() {
    trials = null;
    caller = null;
  }

  @GET
  @RolesAllowed(ManagementScope.KEYS_READ)
  public Response read(@PathParam("id") String id) {
    return trials
        .read(caller, KeysResource.number(id))
        .map(report -> Response.ok(report).build())
        .orElseGet(() -> Response.noContent().build());
  }

  @PUT
  @RolesAllowed(ManagementScope.KEYS_WRITE)
  @Consumes(MediaType.APPLICATION_JSON)
  public TrialReport begin(@PathParam("id") String id, JsonBody body) {
    ObjectNode proposal = body.node().deepCopy();
    Duration length = duration(proposal.remove(DURATION));
    KeyBodies.requireOnly(PROPOSED, proposal);
    return trials.begin(
        caller, KeysResource.number(id), before -> KeyBodies.merged(before, proposal), length);
  }

  private static @Nullable Duration duration(@Nullable JsonNode given) {
    // whatever is no text is no duration either
    return given == null || given.isNull() ? null : KeyBodies.duration(DURATION, given.asText());
  }

  @DELETE
  @RolesAllowed(ManagementScope.KEYS_WRITE)
  public void end(@PathParam("id") String id) {
    trials.end(caller, KeysResource.number(id));
  }
}
