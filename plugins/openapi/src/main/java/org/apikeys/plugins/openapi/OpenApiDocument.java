package org.apikeys.plugins.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the operations of an OpenAPI document (3.x, JSON or YAML). */
final class OpenApiDocument {
  private static final long MOST_BYTES = 10L << 20;
  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");

  private OpenApiDocument() {}

  /**
   * The operations, in the order of the document.
   *
   * @throws IllegalArgumentException when it can't be read; the message can be shown
   */
  static List<Operation> read(Path file) {
    JsonNode document = parse(file);
    if (!document.path("openapi").asText().startsWith("3.") || !document.path("paths").isObject()) {
      throw new IllegalArgumentException("the document is no OpenAPI 3 document with paths");
    }
    List<Operation> operations = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        if (METHODS.contains(operation.getKey())) {
          operations.add(operation(path.getKey(), operation.getKey(), operation.getValue()));
        }
      }
    }
    return operations;
  }

  private static Operation operation(String path, String method, JsonNode operation) {
    List<String> tags = new ArrayList<>();
    operation.path("tags").forEach(tag -> tags.add(tag.asText()));
    return new Operation(method, path, operation.path("summary").asText(""), List.copyOf(tags));
  }

  private static JsonNode parse(Path file) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
        throw new IllegalArgumentException("the document is no file of at most 10 MiB");
      }
      byte[] bytes = Files.readAllBytes(file);
      ObjectMapper mapper =
          file.toString().endsWith(".json") ? new ObjectMapper() : new YAMLMapper();
      return mapper.readTree(bytes);
    } catch (IOException e) {
      throw new IllegalArgumentException("the document is neither JSON nor YAML", e);
    }
  }
}
