package org.apikeys.web.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.web.contract.Contract.Operation;
import org.apikeys.web.contract.RandomCall.Oddity;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Json;

/** What every answer keeps, whatever was sent. */
final class Promise {
  private static final List<String> DIALECTS = List.of("/api/user/", "/api/keys");

  /** What any path answers to a method that it does not know, or knows as another operation. */
  private static final Set<Integer> OF_OTHER_VERBS =
      Set.of(200, 202, 204, 400, 401, 403, 404, 405, 406, 409, 413, 415);

  private static final List<String> INSIDE =
      List.of("Exception", "org.apikeys", "jackson", "\tat ", "SELECT ", "<html", "java.");

  private final Contract contract;
  private final AnswerSchemas schemas;

  Promise(Contract contract) {
    this.contract = contract;
    schemas = new AnswerSchemas(contract);
  }

  /** Requires that the answer to the call is one that the operation may give. */
  void isKept(Operation operation, RandomCall call, Answer answer) {
    assertThat(answer.status()).as("status of %s", answer).isBetween(200, 499);
    if (answer.status() == 400 && answer.body().isEmpty() && isForTheListener(call)) {
      return; // it says nothing to what is no request
    }
    assertThat(answer.header("x-request-id")).as("X-Request-Id of %s", answer).isPresent();
    assertThat(answer.header("x-content-type-options")).as("%s", answer).contains("nosniff");
    assertThat(answer.header("set-cookie")).as("%s", answer).isEmpty();
    Set<Integer> documented = documented(operation, call);
    assertThat(documented).as("statuses of the document; %s", answer).contains(answer.status());
    if (answer.status() >= 400) {
      isAnError(call, answer);
    } else if (!call.isOdd(Oddity.VERB)) {
      isTheAnswer(operation, answer);
    }
  }

  /** A target that is none, or a body where HTTP gives it no meaning (RFC 9110 section 9.3). */
  private static boolean isForTheListener(RandomCall call) {
    return call.isOdd(Oddity.TARGET)
        || call.verb().equals("HEAD")
        || (!call.content().isEmpty() && List.of("GET", "DELETE").contains(call.verb()));
  }

  private static Set<Integer> documented(Operation operation, RandomCall call) {
    if (call.isOdd(Oddity.VERB)) {
      return OF_OTHER_VERBS;
    }
    Set<Integer> statuses = new HashSet<>();
    operation
        .responses()
        .fieldNames()
        .forEachRemaining(status -> statuses.add(Integer.valueOf(status)));
    if (call.isOdd(Oddity.ACCEPT)) {
      statuses.add(406);
    }
    if (call.isOdd(Oddity.TARGET)) {
      statuses.addAll(Set.of(400, 404));
    }
    return statuses;
  }

  private void isAnError(RandomCall call, Answer answer) {
    for (String inside : INSIDE) {
      if (!call.target().contains(inside)) {
        assertThat(answer.body()).as("%s", answer).doesNotContain(inside);
      }
    }
    if (answer.status() == 401) {
      assertThat(answer.header("www-authenticate")).as("%s", answer).isPresent();
    }
    if (answer.status() == 429) {
      assertThat(answer.header("retry-after")).as("%s", answer).isPresent();
    }
    if (call.verb().equals("HEAD")) {
      assertThat(answer.body()).isEmpty();
    } else if (DIALECTS.stream().anyMatch(call.target()::startsWith)) {
      assertThat(answer.requireHeader("content-type")).startsWith("application/json");
      JsonNode error = answer.json();
      assertThat(error.path("success").isBoolean()).as("%s", answer).isTrue();
      assertThat(error.path("success").asBoolean()).as("%s", answer).isFalse();
      assertThat(error.path("error").asText()).as("%s", answer).isNotBlank();
    } else {
      isAProblem(answer);
    }
  }

  private void isAProblem(Answer answer) {
    answer.expectAnyProblem();
    String code = answer.text("/code");
    assertThat(contract.problemCodes()).as("%s", answer).contains(code);
    assertThat(ProblemType.valueOf(code).status()).as("%s", answer).isEqualTo(answer.status());
    if (code.equals("VALIDATION_FAILED")) {
      for (JsonNode error : answer.at("/errors")) {
        assertThat(error.path("field").asText()).as("%s", answer).isNotBlank();
        assertThat(error.path("message").asText()).as("%s", answer).isNotBlank();
      }
    }
  }

  /** The body is what the document says of the answer's status. */
  void isTheAnswer(Operation operation, Answer answer) {
    JsonNode promised =
        contract
            .resolve(operation.responses().path(Integer.toString(answer.status())))
            .path("content");
    if (promised.isEmpty() || operation.verb().equals("HEAD")) {
      assertThat(answer.body()).as("%s", answer).isEmpty();
      return;
    }
    String type = mediaType(answer.requireHeader("content-type"));
    assertThat(Json.names(promised)).as("media types of %s", answer).contains(type);
    if (type.equals("application/json")) {
      JsonNode schema = promised.path(type).path("schema");
      assertThat(schemas.faults(schema, answer.json())).as("body of %s", answer).isEmpty();
    }
  }

  private static String mediaType(String header) {
    int parameters = header.indexOf(';');
    return (parameters < 0 ? header : header.substring(0, parameters))
        .strip()
        .toLowerCase(Locale.ROOT);
  }
}
