package org.apikeys.web.alert;

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
import org.apikeys.alert.AlertRules;
import org.apikeys.alert.RuleDefinition;
import org.apikeys.alert.RuleRehearsal;
import org.apikeys.alert.RuleView;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
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

/** What an organization wants to be told of. */
@Path("/v1/alert-rules")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class AlertRulesResource {
  private static final String RULE = "alert rule";
  private static final List<String> READ_ONLY =
      List.of("id", "created_by", "created_at", "updated_at");

  private final AlertRules rules;
  private final Creation creation;
  private final Caller caller;

  @Inject
  public AlertRulesResource(AlertRules rules, Creation creation, Caller caller) {
    this.rules = rules;
    this.creation = creation;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected AlertRulesResource() {
    rules = null;
    creation = null;
    caller = null;
  }

  @GET
  @RolesAllowed(ManagementScope.REPORTS_READ)
  public ObjectNode list(@Context UriInfo uri) {
    Query query = Query.of(uri);
    return Listing.of("alert_rules", rules.list(caller, query.page(), query.size()), query);
  }

  @POST
  @RolesAllowed(ManagementScope.REQUESTS_APPROVE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response create(
      @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey, JsonBody body) {
    RuleDefinition wanted = body.as(RuleDefinition.class);
    return creation.create(
        caller,
        "POST /api/v1/alert-rules",
        idempotencyKey,
        body,
        () -> {
          RuleView rule = rules.create(caller, wanted);
          return new Created(
              "/api/v1/alert-rules/" + rule.id(), rule.version(), Json.MAPPER.valueToTree(rule));
        });
  }

  /** Tries a rule on the recent past. */
  @POST
  @Path("dry-run")
  @RolesAllowed(ManagementScope.REQUESTS_APPROVE)
  @Consumes(MediaType.APPLICATION_JSON)
  public RuleRehearsal.Outcome dryRun(@Context UriInfo uri, JsonBody body) {
    Query query = Query.of(uri);
    return rules.rehearse(
        caller, body.as(RuleDefinition.class), query.time("from"), query.time("to"));
  }

  @GET
  @Path("{id}")
  @RolesAllowed(ManagementScope.REPORTS_READ)
  public Response read(@PathParam("id") String id) {
    return answer(rules.read(caller, PathNumber.of(id, RULE)));
  }

  /** What is absent stays. */
  @PUT
  @Path("{id}")
  @RolesAllowed(ManagementScope.REQUESTS_APPROVE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response change(
      @PathParam("id") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      JsonBody body) {
    long number = PathNumber.of(id, RULE);
    ObjectNode present = Json.MAPPER.valueToTree(rules.read(caller, number));
    ObjectNode wanted = ReadOnlyFields.changed(body.node(), present, READ_ONLY);
    return answer(
        rules.change(
            caller,
            number,
            new JsonBody(wanted).as(RuleDefinition.class),
            EntityTags.expected(ifMatch)));
  }

  @DELETE
  @Path("{id}")
  @RolesAllowed(ManagementScope.REQUESTS_APPROVE)
  public void delete(
      @PathParam("id") String id, @HeaderParam("If-Match") @Nullable String ifMatch) {
    rules.delete(caller, PathNumber.of(id, RULE), EntityTags.expected(ifMatch));
  }

  private static Response answer(RuleView rule) {
    return Response.ok(rule).header("ETag", EntityTags.of(rule.version())).build();
  }
}
