package org.apikeys.web.report;

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
import org.apikeys.api.tenant.Caller;
import org.apikeys.report.JobView;
import org.apikeys.report.ReportSchedules;
import org.apikeys.report.ScheduleDefinition;
import org.apikeys.report.ScheduleView;
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

/** Reports that are made again and again. */
@Path("/v1/report-schedules")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class ReportSchedulesResource {
  private static final String SCHEDULE = "report schedule";
  private static final int ACCEPTED = 202;
  private static final List<String> READ_ONLY =
      List.of(
          "id",
          "next_run_at",
          "last_run_at",
          "last_job_id",
          "created_by",
          "created_at",
          "updated_at");

  private final ReportSchedules schedules;
  private final Creation creation;
  private final Caller caller;

  @Inject
  public ReportSchedulesResource(ReportSchedules schedules, Creation creation, Caller caller) {
    this.schedules = schedules;
    this.creation = creation;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected ReportSchedulesResource() {
    schedules = null;
    creation = null;
    caller = null;
  }

  @GET
  @RolesAllowed(ManagementScope.REPORTS_READ)
  public ObjectNode list(@Context UriInfo uri) {
    Query query = Query.of(uri);
    return Listing.of(
        "report_schedules", schedules.list(caller, query.page(), query.size()), query);
  }

  @POST
  @RolesAllowed(ManagementScope.REQUESTS_APPROVE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response create(
      @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey, JsonBody body) {
    ScheduleDefinition wanted = body.as(ScheduleDefinition.class);
    return creation.create(
        caller,
        "POST /api/v1/report-schedules",
        idempotencyKey,
        body,
        () -> {
          ScheduleView schedule = schedules.create(caller, wanted);
          return new Created(
              "/api/v1/report-schedules/" + schedule.id(),
              schedule.version(),
              Json.MAPPER.valueToTree(schedule));
        });
  }

  @GET
  @Path("{id}")
  @RolesAllowed(ManagementScope.REPORTS_READ)
  public Response read(@PathParam("id") String id) {
    return answer(schedules.read(caller, PathNumber.of(id, SCHEDULE)));
  }

  /** What is absent stays; with another rhythm, its day is not kept. */
  @PUT
  @Path("{id}")
  @RolesAllowed(ManagementScope.REQUESTS_APPROVE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response change(
      @PathParam("id") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      JsonBody body) {
    long number = PathNumber.of(id, SCHEDULE);
    ObjectNode present = Json.MAPPER.valueToTree(schedules.read(caller, number));
    if (isAnother("every", body, present)) {
      present.putNull("day_of_week").putNull("day_of_month");
    }
    if (isAnother("report", body, present)) {
      present.putNull("framework");
    }
    ObjectNode wanted = ReadOnlyFields.changed(body.node(), present, READ_ONLY);
    return answer(
        schedules.change(
            caller,
            number,
            new JsonBody(wanted).as(ScheduleDefinition.class),
            EntityTags.expected(ifMatch)));
  }

  private static boolean isAnother(String field, JsonBody body, ObjectNode present) {
    return body.node().has(field) && !body.node().get(field).equals(present.get(field));
  }

  @DELETE
  @Path("{id}")
  @RolesAllowed(ManagementScope.REQUESTS_APPROVE)
  public void delete(
      @PathParam("id") String id, @HeaderParam("If-Match") @Nullable String ifMatch) {
    schedules.delete(caller, PathNumber.of(id, SCHEDULE), EntityTags.expected(ifMatch));
  }

  /** Orders its report now. */
  @POST
  @Path("{id}/run")
  @RolesAllowed(ManagementScope.REQUESTS_APPROVE)
  @Consumes(MediaType.WILDCARD)
  public Response run(
      @PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey) {
    long number = PathNumber.of(id, SCHEDULE);
    return creation.create(
        caller,
        "POST /api/v1/report-schedules/" + number + "/run",
        idempotencyKey,
        new JsonBody(Json.MAPPER.createObjectNode()),
        () -> {
          JobView job = schedules.run(caller, number);
          return new Created(
              ACCEPTED,
              "/api/v1/report-jobs/" + job.id(),
              job.version(),
              Json.MAPPER.valueToTree(job));
        });
  }

  private static Response answer(ScheduleView schedule) {
    return Response.ok(schedule).header("ETag", EntityTags.of(schedule.version())).build();
  }
}
