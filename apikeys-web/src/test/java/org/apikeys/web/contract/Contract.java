package org.apikeys.web.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The OpenAPI document, as a client reads it. */
final class Contract {
  private static final Set<String> NO_VERBS = Set.of("parameters", "summary", "description");

  private final JsonNode document;

  private Contract(JsonNode document) {
    this.document = document;
  }

  static Contract read() {
    try (InputStream file = Contract.class.getResourceAsStream("/META-INF/openapi.yaml")) {
      return new Contract(new YAMLMapper().readTree(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * One operation.
   *
   * @param id its {@code operationId}
   * @param verb in upper case
   * @param path with its parameters in braces
   * @param parameters those of the path and its own, each resolved
   * @param body what is sent, with {@code schema}; missing when nothing is
   * @param responses by status
   */
  record Operation(
      String id,
      String verb,
      String path,
      List<JsonNode> parameters,
      JsonNode body,
      JsonNode responses) {
    boolean takesABody() {
      return !body.isMissingNode();
    }

    /** The names of the parameters at the place: path, query or header. */
    List<JsonNode> parametersIn(String place) {
      return parameters.stream().filter(one -> one.path("in").asText().equals(place)).toList();
    }
  }

  List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> verb : path.getValue().properties()) {
        if (!NO_VERBS.contains(verb.getKey())) {
          operations.add(operation(path.getKey(), path.getValue(), verb));
        }
      }
    }
    return operations;
  }

  private Operation operation(String path, JsonNode shared, Map.Entry<String, JsonNode> verb) {
    JsonNode own = verb.getValue();
    List<JsonNode> parameters = new ArrayList<>();
    shared.path("parameters").forEach(one -> parameters.add(resolve(one)));
    own.path("parameters").forEach(one -> parameters.add(resolve(one)));
    return new Operation(
        own.path("operationId").asText(),
        verb.getKey().toUpperCase(Locale.ROOT),
        path,
        parameters,
        own.path("requestBody").path("content").path("application/json"),
        own.path("responses"));
  }

  /** What a reference within the document leads to, or the node itself. */
  JsonNode resolve(JsonNode node) {
    JsonNode found = node;
    while (found.has("$ref")) {
      found = document.at(found.path("$ref").asText().substring(1));
    }
    return found;
  }

  /** What schemas refer to. */
  JsonNode components() {
    return document.path("components");
  }

  /** The stable words of problems. */
  List<String> problemCodes() {
    List<String> codes = new ArrayList<>();
    document.at("/components/schemas/ProblemCode/enum").forEach(code -> codes.add(code.asText()));
    return codes;
  }
}
