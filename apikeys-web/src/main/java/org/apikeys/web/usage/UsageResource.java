package org.apikeys.web.usage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.KeyNumbers;
import org.apikeys.web.http.JsonBody;

/** Takes what gateways report of the calls that they let through. */
@Path("/v1/usage")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class UsageResource {
  private static final int MOST_RECORDS = 1_000;
  private static final int ACCEPTED = 202;

  private final UsageReports reports;
  private final KeyNumbers keys;
  private final Caller caller;

  @Inject
  public UsageResource(UsageReports reports, KeyNumbers keys, Caller caller) {
    this.reports = reports;
    this.keys = keys;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected UsageResource() {
    reports = null;
    keys = null;
    caller = null;
  }

  @POST
  @RolesAllowed(ManagementScope.USAGE_WRITE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response report(JsonBody body) {
    List<JsonNode> records = records(body.node());
    Map<Long, KeyNumbers.Reported> known = keys.reported(caller, wanted(records));
    List<Map<String, Object>> rejected = new ArrayList<>();
    for (int i = 0; i < records.size(); i++) {
      try {
        reports.take(caller, records.get(i), known);
      } catch (ProblemException wrong) {
        Map<String, Object> rejection = new LinkedHashMap<>();
        rejection.put("index", i);
        rejection.put("error", wrong.detail());
        rejected.add(rejection);
      }
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("accepted", records.size() - rejected.size());
    answer.put("rejected", rejected);
    return Response.status(ACCEPTED).entity(answer).build();
  }

  private static List<JsonNode> records(ObjectNode body) {
    body.fieldNames()
        .forEachRemaining(
            name -> {
              if (!name.equals("records")) {
                throw ProblemException.invalid(name, "is not a field of this request");
              }
            });
    JsonNode records = body.path("records");
    if (!records.isArray() || records.isEmpty() || records.size() > MOST_RECORDS) {
      throw ProblemException.invalid("records", "is a list of 1 to " + MOST_RECORDS + " records");
    }
    List<JsonNode> list = new ArrayList<>();
    records.forEach(list::add);
    return list;
  }

  private static Set<Long> wanted(List<JsonNode> records) {
    Set<Long> numbers = new HashSet<>();
    records.forEach(record -> UsageReports.keyNumber(record).ifPresent(numbers::add));
    return numbers;
  }
}
