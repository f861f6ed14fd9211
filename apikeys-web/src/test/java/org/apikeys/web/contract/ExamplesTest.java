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
