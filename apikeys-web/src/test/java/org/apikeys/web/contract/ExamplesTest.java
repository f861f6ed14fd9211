package org.apikeys.web.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apikeys.web.contract.Contract.Operation;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the document shows of requests and answers is as it says that they are. */
class ExamplesTest {
  private static final String JSON = "application/json";

  private final Contract contract = Contract.read();
  private final AnswerSchemas schemas = new AnswerSchemas(contract);

  @TestFactory
  Stream<DynamicTest> everyExampleKeepsItsSchema() {
    return contract.operations().stream()
        .map(operation -> DynamicTest.dynamicTest(operation.id(), () -> keepsItsSchema(operation)));
  }

  @TestFactory
  Stream<DynamicTest> everyExampleOfASchemaKeepsIt() {
    return contract.components().path("schemas").properties().stream()
        .filter(one -> one.getValue().has("example"))
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.getKey(),
                    () ->
                        assertThat(schemas.faults(one.getValue(), one.getValue().path("example")))
                            .isEmpty()));
  }

  /** What is made up from a schema alone, a server refuses. */
  @TestFactory
  Stream<DynamicTest> everyRequestIsShown() {
    return contract.operations().stream()
        .filter(operation -> operation.body().has("schema"))
        .map(
            operation ->
                DynamicTest.dynamicTest(
                    operation.id(), () -> assertThat(isShown(operation.body())).isTrue()));
  }

  private boolean isShown(JsonNode content) {
    return content.has("example")
        || content.has("examples")
        || contract.resolve(content.path("schema")).has("example");
  }

  private void keepsItsSchema(Operation operation) {
    keepsItsSchema("the request", operation.body());
    for (Map.Entry<String, JsonNode> response : operation.responses().properties()) {
      JsonNode answer = contract.resolve(response.getValue());
      keepsItsSchema("the answer " + response.getKey(), answer.path("content").path(JSON));
    }
  }

  private void keepsItsSchema(String what, JsonNode content) {
    List<JsonNode> examples = new ArrayList<>();
    if (content.has("example")) {
      examples.add(content.path("example"));
    }
    content.path("examples").forEach(one -> examples.add(contract.resolve(one).path("value")));
    for (JsonNode example : examples) {
      assertThat(schemas.faults(content.path("schema"), example))
          .as("faults of the example %s of %s", example, what)
          .isEmpty();
    }
  }
}
