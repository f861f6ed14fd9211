package org.apikeys.web.usage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.KeyNumbers;
import org.apikeys.store.IdempotentCalls.Outcome;
import org.apikeys.store.Json;
import org.apikeys.web.http.Creation;
import org.apikeys.web.http.JsonBody;
import org.jspecify.annotations.Nullable;

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
  private final Creation creation;

  @Inject
  public UsageResource(UsageReports reports, KeyNumbers keys, Caller caller, Creation creation) {
    this.creation = creation;
    this.reports = reports;
    this.keys = keys;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected UsageResource() {
    reports = null;
    keys = null;
    caller = null;
    creation = null;
  }

  @POST
  @RolesAllowed(ManagementScope.USAGE_WRITE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response report(
      @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey, JsonBody body) {
    List<JsonNode> records = records(body.node());
    return creation.once(
        caller, "POST /api/v1/usage", idempotencyKey, body, () -> outcome(take(records)));
  }

  private ObjectNode take(List<JsonNode> records) {
    Map<Long, KeyNumbers.Reported> known = keys.reported(caller, wanted(records));
    ObjectNode answer = Json.MAPPER.createObjectNode();
    ArrayNode rejected = Json.MAPPER.createArrayNode();
    for (int i = 0; i < records.size(); i++) {
      try {
        reports.take(caller, records.get(i), known);
      } catch (ProblemException wrong) {
        rejected.addObject().put("index", i).put("error", wrong.detail());
      }
    }
    answer.put("accepted", records.size() - rejected.size());
    answer.set("rejected", rejected);
    return answer;
  }

  private static Outcome outcome(ObjectNode answer) {
    return new Outcome(ACCEPTED, null, answer.toString(), null);
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
    Repeats.requireFew(list);
    return list;
  }

  private static Set<Long> wanted(List<JsonNode> records) {
    Set<Long> numbers = new HashSet<>();
    records.forEach(record -> UsageReports.keyNumber(record).ifPresent(numbers::add));
    return numbers;
  }
}
