package org.apikeys.web.report;

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
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.report.JobStatus;
import org.apikeys.report.JobView;
import org.apikeys.report.ReportForm;
import org.apikeys.report.ReportJobs;
import org.apikeys.report.ReportJobs.ReportFile;
import org.apikeys.report.ReportPage;
import org.apikeys.report.Reports;
import org.apikeys.store.Json;
import org.apikeys.web.http.Creation;
import org.apikeys.web.http.Creation.Created;
import org.apikeys.web.http.EntityTags;
import org.apikeys.web.http.JsonBody;
import org.apikeys.web.http.Listing;
import org.apikeys.web.http.PathNumber;
import org.apikeys.web.http.Query;
import org.jspecify.annotations.Nullable;

/** Reports that are made in the background. */
@Path("/v1/report-jobs")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class ReportJobsResource {
  private static final String JOB = "report job";

  private final ReportJobs jobs;
  private final Creation creation;
  private final Caller caller;

  @Inject
  public ReportJobsResource(ReportJobs jobs, Creation creation, Caller caller) {
    this.jobs = jobs;
    this.creation = creation;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected ReportJobsResource() {
    jobs = null;
    creation = null;
    caller = null;
  }

  /** A report that is wanted. */
  public record ReportJobBody(
      @Nullable String report,
      @Nullable String month,
      @Nullable String framework,
      @Nullable String format) {}

  @GET
  @RolesAllowed(ManagementScope.REPORTS_READ)
  public ObjectNode list(@Context UriInfo uri) {
    Query query = Query.of(uri);
    return Listing.of(
        "report_jobs",
        jobs.list(
            caller,
            new ReportJobs.Filter(
                query.oneOf("report", Reports.NAMES),
                query.oneOf("status", JobStatus.WORDS),
                query.count("schedule")),
            query.page(),
            query.size()),
        query);
  }

  @POST
  @RolesAllowed(ManagementScope.REPORTS_READ)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response order(
      @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey, JsonBody body) {
    ReportJobBody wanted = body.as(ReportJobBody.class);
    String report = wanted.report();
    if (report == null) {
      throw ProblemException.invalid("report", "is one of " + String.join(", ", Reports.NAMES));
    }
    String format = wanted.format();
    if (format != null && !ReportForm.WORDS.contains(format)) {
      throw ProblemException.invalid("format", "is one of " + String.join(", ", ReportForm.WORDS));
    }
    return creation.create(
        caller,
        "POST /api/v1/report-jobs",
        idempotencyKey,
        body,
        () -> {
          JobView job =
              jobs.order(
                  caller,
                  report,
                  ReportsResource.month(wanted.month()),
                  wanted.framework(),
                  format == null ? ReportForm.PDF : ReportForm.of(format));
          return new Created(
              "/api/v1/report-jobs/" + job.id(), job.version(), Json.MAPPER.valueToTree(job));
        });
  }

  @GET
  @Path("{id}")
  @RolesAllowed(ManagementScope.REPORTS_READ)
  public Response read(@PathParam("id") String id) {
    return answer(jobs.read(caller, PathNumber.of(id, JOB)));
  }

  @GET
  @Path("{id}/file")
  @RolesAllowed(ManagementScope.REPORTS_READ)
  @Produces(MediaType.WILDCARD)
  public Response file(@PathParam("id") String id) {
    ReportFile file = jobs.file(caller, PathNumber.of(id, JOB));
    return Response.ok(file.content(), file.form().mediaType())
        .header("Cache-Control", "no-store")
        .header("Content-Security-Policy", ReportPage.POLICY)
        .header("Content-Disposition", "attachment; filename=\"" + file.name() + "\"")
        .build();
  }

  @POST
  @Path("{id}/cancel")
  @RolesAllowed(ManagementScope.REPORTS_READ)
  @Consumes(MediaType.WILDCARD)
  public Response cancel(@PathParam("id") String id) {
    return answer(jobs.cancel(caller, PathNumber.of(id, JOB)));
  }

  private static Response answer(JobView job) {
    return Response.ok(job).header("ETag", EntityTags.of(job.version())).build();
  }
}
