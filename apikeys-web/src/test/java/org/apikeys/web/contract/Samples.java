package org.apikeys.web.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Values that a schema allows, as far as it says. */
final class Samples {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int DEEPEST = 6;

  private final Contract contract;

  Samples(Contract contract) {
    this.contract = contract;
  }

  /** A body of the operation: one of its examples, or one made by its schema. */
  JsonNode body(JsonNode content, Random random) {
    List<JsonNode> examples = new ArrayList<>();
    if (content.has("example")) {
      examples.add(content.path("example"));
    }
    content.path("examples").forEach(one -> examples.add(one.path("value")));
    JsonNode schema = contract.resolve(content.path("schema"));
    if (schema.has("example")) {
      examples.add(schema.path("example"));
    }
    if (!examples.isEmpty() && random.nextBoolean()) {
      return examples.get(random.nextInt(examples.size())).deepCopy();
    }
    return value(schema, random, 0);
  }

  /** A value of the schema. */
  JsonNode value(JsonNode schema, Random random) {
    return value(schema, random, 0);
  }

  private JsonNode value(JsonNode reference, Random random, int depth) {
    JsonNode schema = contract.resolve(reference);
    if (schema.has("example") && random.nextInt(4) > 0) {
      return schema.path("example").deepCopy();
    }
    if (schema.has("enum")) {
      return schema.path("enum").get(random.nextInt(schema.path("enum").size()));
    }
    for (String choice : List.of("oneOf", "anyOf")) {
      if (schema.has(choice)) {
        return value(
            schema.path(choice).get(random.nextInt(schema.path(choice).size())), random, depth);
      }
    }
    return switch (schema.path("type").asText("object")) {
      case "object" -> object(schema, random, depth);
      case "array" -> array(schema, random, depth);
      case "integer" -> NODES.numberNode(number(schema, random));
      case "number" -> NODES.numberNode(number(schema, random) / 4.0);
      case "boolean" -> NODES.booleanNode(random.nextBoolean());
      default -> NODES.textNode(text(schema, random));
    };
  }

  private ObjectNode object(JsonNode schema, Random random, int depth) {
    ObjectNode object = NODES.objectNode();
    schema.path("allOf").forEach(part -> merge(object, value(part, random, depth)));
    Set<String> required = new java.util.HashSet<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      boolean wanted = required.contains(property.getKey()) || random.nextInt(3) == 0;
      if (wanted && depth < DEEPEST && !property.getValue().path("readOnly").asBoolean()) {
        object.set(property.getKey(), value(property.getValue(), random, depth + 1));
      }
    }
    return object;
  }

  private static void merge(ObjectNode into, JsonNode part) {
    part.properties().forEach(field -> into.set(field.getKey(), field.getValue()));
  }

  private ArrayNode array(JsonNode schema, Random random, int depth) {
    ArrayNode array = NODES.arrayNode();
    for (int i = random.nextInt(3); i >= 0 && depth < DEEPEST; i--) {
      array.add(value(schema.path("items"), random, depth + 1));
    }
    return array;
  }

  private static long number(JsonNode schema, Random random) {
    long least = schema.path("minimum").asLong(0);
    long most = schema.path("maximum").asLong(least + 1000);
    return switch (random.nextInt(4)) {
      case 0 -> least;
      case 1 -> most;
      default -> least + Math.floorMod(random.nextLong(), Math.min(most - least, 1000) + 1);
    };
  }

  private static String text(JsonNode schema, Random random) {
    return switch (schema.path("format").asText()) {
      case "date-time" -> random.nextBoolean() ? "2027-12-31T23:59:59Z" : "2026-01-01T00:00:00Z";
      case "email" -> "somebody@example.com";
      case "uri" -> "https://example.com/x";
      default -> List.of("text", "agents:read", "admin", "P1D", "a b").get(random.nextInt(5));
    };
  }
}
