package org.apikeys.web.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.oas.OpenApi30;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Holds the bodies of answers against what the document says of them. */
final class AnswerSchemas {
  private final JsonSchemaFactory factory =
      JsonSchemaFactory.getInstance(
          SpecVersion.VersionFlag.V4,
          builder ->
              builder
                  .metaSchema(OpenApi30.getInstance())
                  .defaultMetaSchemaIri(OpenApi30.getInstance().getIri()));
  private final Map<JsonNode, JsonSchema> known = new ConcurrentHashMap<>();
  private final JsonNode components;

  AnswerSchemas(Contract contract) {
    components = contract.components().deepCopy();
    spellNullable(components);
  }

  /**
   * A reference that may be null is written as {@code allOf} beside {@code nullable}, as generators
   * of clients take it; to the letter of OpenAPI 3.0.3 that counts only beside a type.
   */
  private static void spellNullable(JsonNode node) {
    node.forEach(AnswerSchemas::spellNullable);
    if (node instanceof ObjectNode schema
        && schema.path("nullable").asBoolean()
        && schema.path("allOf").size() == 1) {
      ObjectNode nothing = JsonNodeFactory.instance.objectNode();
      nothing.putArray("enum").addNull();
      schema.putArray("anyOf").add(nothing).add(schema.remove("allOf").get(0));
      schema.remove("nullable");
    }
  }

  /** Where the body is not as the schema says. */
  List<String> faults(JsonNode schema, JsonNode body) {
    return known.computeIfAbsent(schema, this::compiled).validate(body).stream()
        .map(ValidationMessage::toString)
        .toList();
  }

  /** A document of its own, in which references find what they name. */
  private JsonSchema compiled(JsonNode schema) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.set("components", components);
    JsonNode own = schema.deepCopy();
    spellNullable(own);
    root.putArray("allOf").add(own);
    return factory.getSchema(root);
  }
}
