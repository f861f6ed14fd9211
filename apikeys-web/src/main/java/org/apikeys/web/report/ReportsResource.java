package org.apikeys.web.report;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.YearMonth;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.report.Report;
import org.apikeys.report.ReportForm;
import org.apikeys.report.ReportPage;
import org.apikeys.report.Reports;
import org.apikeys.web.http.Query;
import org.jspecify.annotations.Nullable;

/** Reports about an organization, month by month. */
@Path("/v1/reports")
@RequestScoped
@Produces(MediaType.WILDCARD)
public class ReportsResource {
  private final Reports reports;
  private final Caller caller;

  @Inject
  public ReportsResource(Reports reports, Caller caller) {
    this.reports = reports;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected ReportsResource() {
    reports = null;
    caller = null;
  }

  @GET
  @Path("{report}")
  @RolesAllowed(ManagementScope.REPORTS_READ)
  public Response report(@PathParam("report") String name, @Context UriInfo uri) {
    Query query = Query.of(uri);
    String word = query.oneOf("format", ReportForm.WORDS);
    ReportForm form = word == null ? ReportForm.JSON : ReportForm.of(word);
    Report report = reports.make(caller, name, month(query.text("month")), query.text("framework"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      form.write(report, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Response.ResponseBuilder answer =
        Response.ok(bytes.toByteArray(), form.mediaType()).header("Cache-Control", "no-store");
    if (form == ReportForm.HTML) {
      answer.header("Content-Security-Policy", ReportPage.POLICY);
    }
    if (form == ReportForm.CSV || form == ReportForm.PDF) {
      answer.header(
          "Content-Disposition",
          "attachment; filename=\"" + name + "-" + report.month() + "." + form.word() + "\"");
    }
    return answer.build();
  }

  static @Nullable YearMonth month(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      if (text.matches("[0-9]{4}-[0-9]{2}")) {
        return YearMonth.parse(text);
      }
    } catch (DateTimeException e) {
      // told below
    }
    throw ProblemException.invalid("month", "is a month such as 2026-01");
  }
}
