package org.apikeys.web.request;

import com.fasterxml.jackson.databind.JsonNode;
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
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.request.Policies;
import org.apikeys.request.RequestKind;
import org.apikeys.store.Json;
import org.apikeys.web.http.EntityTags;
import org.apikeys.web.http.JsonBody;
import org.apikeys.web.http.ReadOnlyFields;
import org.apikeys.web.key.KeyBodies;
import org.jspecify.annotations.Nullable;

/** The approval policies of the caller's organization. */
@Path("/v1/policies")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class PoliciesResource {
  private final Policies policies;
  private final Caller caller;

  @Inject
  public PoliciesResource(Policies policies, Caller caller) {
    this.policies = policies;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected PoliciesResource() {
    policies = null;
    caller = null;
  }

  @GET
  @RolesAllowed(ManagementScope.ORGS_MANAGE)
  public Response read() {
    return answer(policies.read(caller));
  }

  @PUT
  @RolesAllowed(ManagementScope.ORGS_MANAGE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response replace(@HeaderParam("If-Match") @Nullable String ifMatch, JsonBody body) {
    ObjectNode present = Json.MAPPER.valueToTree(policies.read(caller));
    ObjectNode document =
        ReadOnlyFields.without(
            body.node(),
            present,
            List.of(
                "plugin_additions", "version", "changed_by", "changed_at", "limits", "warnings"));
    return answer(policies.replace(caller, document, EntityTags.expected(ifMatch)));
  }

  /** Answers with what policies would say to the key that the body describes. */
  @POST
  @Path("dry-run")
  @RolesAllowed(ManagementScope.ORGS_MANAGE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Policies.DryRun dryRun(JsonBody body) {
    ObjectNode rest = body.node().deepCopy();
    JsonNode roles = rest.remove("requester_roles");
    JsonNode proposed = rest.remove("proposed");
    JsonNode request = rest.remove("request");
    if (request != null) {
      if (!(request instanceof ObjectNode inner) || !rest.isEmpty()) {
        throw ProblemException.invalid("request", "is an object, and holds all of the key");
      }
      rest = inner;
    }
    JsonNode asked = rest.remove("kind");
    RequestKind kind = asked == null || asked.isNull() ? null : RequestBodies.kind(asked);
    if (kind == RequestKind.EMERGENCY && !rest.hasNonNull("type")) {
      rest.put("type", "emergency");
    }
    JsonNode why = rest.remove("justification");
    if (why != null && !why.isNull()) {
      // no policy reads it, so that there is nothing to do but to see that it is one
      RequestBodies.justification(why);
    }
    if (!rest.has("name")) {
      rest.put("name", "dry run");
    }
    return policies.dryRun(
        caller,
        roles == null || roles.isNull() ? List.of("developer") : names(roles),
        proposed == null || proposed.isNull() ? null : proposed,
        kind,
        KeyBodies.order(new JsonBody(rest)));
  }

  private static List<String> names(JsonNode roles) {
    List<String> names = new ArrayList<>();
    for (JsonNode role : roles) {
      if (!ManagementScope.roles().containsKey(role.asText())) {
        throw ProblemException.invalid(
            "requester_roles", "are of " + String.join(", ", ManagementScope.roles().keySet()));
      }
      names.add(role.asText());
    }
    if (!roles.isArray() || names.isEmpty()) {
      throw ProblemException.invalid("requester_roles", "is a list of roles");
    }
    return names;
  }

  private static Response answer(Policies.View view) {
    return Response.ok(view).header("ETag", EntityTags.of(view.version())).build();
  }
}
