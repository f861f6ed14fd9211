package org.apikeys.web.alert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.constraints.Size;
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
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apikeys.alert.AlertFilter;
import org.apikeys.alert.AlertView;
import org.apikeys.alert.Alerts;
import org.apikeys.api.alert.AlertKind;
import org.apikeys.api.alert.Severity;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.check.Check;
import org.apikeys.check.Expected;
import org.apikeys.web.http.EntityTags;
import org.apikeys.web.http.JsonBody;
import org.apikeys.web.http.Listing;
import org.apikeys.web.http.PathNumber;
import org.apikeys.web.http.Query;
import org.apikeys.web.key.KeysResource;
import org.jspecify.annotations.Nullable;

/** What was raised, and what people did about it. */
@Path("/v1/alerts")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class AlertsResource {
  private static final String ALERT = "alert";
  private static final List<String> STATUSES = List.of("open", "acknowledged", "resolved");
  private static final List<String> SEVERITIES =
      Arrays.stream(Severity.values()).map(Severity::word).toList();
  private static final List<String> KINDS =
      Arrays.stream(AlertKind.values()).map(AlertKind::word).toList();

  private final Alerts alerts;
  private final Check check;
  private final Caller caller;

  @Inject
  public AlertsResource(Alerts alerts, Check check, Caller caller) {
    this.alerts = alerts;
    this.check = check;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected AlertsResource() {
    alerts = null;
    check = null;
    caller = null;
  }

  /** What somebody says about a step. */
  public record Remark(
      @Nullable @Size(max = 1000, message = "has at most 1000 characters") String comment) {}

  @GET
  @RolesAllowed(ManagementScope.REPORTS_READ)
  public ObjectNode list(@Context UriInfo uri) {
    Query query = Query.of(uri);
    Instant from = query.time("from");
    Instant to = query.time("to");
    if (from != null && to != null && !from.isBefore(to)) {
      throw ProblemException.invalid("to", "is not after from");
    }
    String key = query.text("key");
    AlertFilter filter =
        new AlertFilter(
            query.oneOf("status", STATUSES),
            query.oneOf("severity", SEVERITIES),
            query.oneOf("kind", KINDS),
            key == null ? null : Long.valueOf(keyNumber(key)),
            from,
            to);
    return Listing.of("alerts", alerts.list(caller, filter, query.page(), query.size()), query);
  }

  static long keyNumber(String key) {
    return KeysResource.readNumber(key)
        .orElseThrow(
            () -> ProblemException.invalid("key", "is the number of a key, such as 7 or key-7"));
  }

  /** For a badge. */
  @GET
  @Path("counts")
  @RolesAllowed(ManagementScope.REPORTS_READ)
  public Alerts.Counts counts() {
    return alerts.counts(caller);
  }

  @GET
  @Path("{id}")
  @RolesAllowed(ManagementScope.REPORTS_READ)
  public Response read(@PathParam("id") String id) {
    return answer(alerts.read(caller, PathNumber.of(id, ALERT)));
  }

  @POST
  @Path("{id}/acknowledge")
  @RolesAllowed(ManagementScope.REQUESTS_APPROVE)
  @Consumes(MediaType.WILDCARD)
  public Response acknowledge(
      @PathParam("id") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      @Nullable JsonBody body) {
    return take(alerts::acknowledge, id, ifMatch, body);
  }

  @POST
  @Path("{id}/resolve")
  @RolesAllowed(ManagementScope.REQUESTS_APPROVE)
  @Consumes(MediaType.WILDCARD)
  public Response resolve(
      @PathParam("id") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      @Nullable JsonBody body) {
    return take(alerts::resolve, id, ifMatch, body);
  }

  @POST
  @Path("{id}/reopen")
  @RolesAllowed(ManagementScope.REQUESTS_APPROVE)
  @Consumes(MediaType.WILDCARD)
  public Response reopen(
      @PathParam("id") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      @Nullable JsonBody body) {
    return take(alerts::reopen, id, ifMatch, body);
  }

  /** Takes back what the system did by itself. */
  @POST
  @Path("{id}/undo-answer")
  @RolesAllowed(ManagementScope.REQUESTS_APPROVE)
  @Consumes(MediaType.WILDCARD)
  public Response undoAnswer(
      @PathParam("id") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      @Nullable JsonBody body) {
    return take(alerts::undoAnswer, id, ifMatch, body);
  }

  /** What is done to an alert, with what is said about it. */
  @FunctionalInterface
  private interface Step {
    AlertView take(Caller caller, long id, @Nullable String comment, @Nullable Expected expected);
  }

  private Response take(Step step, String id, @Nullable String ifMatch, @Nullable JsonBody body) {
    return answer(
        step.take(caller, PathNumber.of(id, ALERT), comment(body), EntityTags.expected(ifMatch)));
  }

  private @Nullable String comment(@Nullable JsonBody body) {
    String comment = body == null ? null : check.valid(body.as(Remark.class)).comment();
    return comment == null || comment.isBlank() ? null : comment;
  }

  private static Response answer(AlertView alert) {
    return Response.ok(alert).header("ETag", EntityTags.of(alert.version())).build();
  }
}
