package org.apikeys.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.apikeys.api.tenant.Caller;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/**
 * The people that a record names beside its actor and its target. In a leaf their numbers stand in
 * place of their names, and each name is encrypted under the key of the person whom it names, so
 * that erasing one of them leaves the others.
 */
final class NamedPeople {
  /** The part of a leaf's {@code sealed}. */
  static final String PART = "named";

  /** Where a record that was read lists whom it names. */
  static final String MENTIONS = "mentions";

  /** Changes whose values are user names, or lists of them. */
  private static final Set<String> FIELDS = Set.of("owner", "delegate", "recipients", "subject");

  private static final String CHANGES = "changes";
  private static final String PEOPLE = "people";
  private static final String NAME = "name";
  private static final String REASON = "reason";

  private final PersonNumbers numbers;
  private final Map<String, Map<String, @Nullable Object>> people = new TreeMap<>();
  private final ObjectNode changes = Json.MAPPER.createObjectNode();

  NamedPeople(PersonNumbers numbers) {
    this.numbers = numbers;
  }

  /** Takes over the changes that name others than a person who acts, and who are known here. */
  void take(Map<String, List<@Nullable Object>> all, Caller actor) {
    for (String field : FIELDS) {
      List<@Nullable Object> values = all.get(field);
      if (values != null) {
        JsonNode named = Json.MAPPER.valueToTree(values);
        if (actor.kind() == Caller.Kind.PERSON && namesOnly(actor.name(), named)) {
          continue;
        }
        JsonNode numbered = numbered(named);
        if (!numbered.equals(named)) {
          changes.set(field, numbered);
          all.remove(field);
        }
      }
    }
  }

  private static boolean namesOnly(String name, JsonNode values) {
    for (JsonNode value : values) {
      if (!value.isNull() && !value.asText().equals(name)) {
        return false;
      }
    }
    return true;
  }

  private JsonNode numbered(JsonNode value) {
    if (value.isArray()) {
      ArrayNode all = Json.MAPPER.createArrayNode();
      value.forEach(one -> all.add(numbered(one)));
      return all;
    }
    if (!value.isTextual()) {
      return value;
    }
    String name = value.asText();
    return subject(name)
        .<JsonNode>map(
            subject -> {
              about(subject).put(NAME, name);
              return TextNode.valueOf(subject);
            })
        .orElse(value);
  }

  /** Takes over a reason that tells of somebody: a user name, or as in {@code actor.id}. */
  void takeReason(String whom, String reason) {
    about(subject(whom).orElse(whom)).put(REASON, reason);
  }

  private Optional<String> subject(String username) {
    return numbers.numberOf(username).map(number -> "user-" + number);
  }

  private Map<String, @Nullable Object> about(String subject) {
    return people.computeIfAbsent(subject, fresh -> new TreeMap<>());
  }

  boolean isNobody() {
    return people.isEmpty();
  }

  /** The part of a leaf. */
  Map<String, Object> sealed(Leaf.Sealer sealer, String leaf) {
    Map<String, Object> sealed = new TreeMap<>();
    people.forEach(
        (subject, fields) ->
            sealed.put(subject, sealer.seal(subject, fields, belongsTo(leaf, subject))));
    return new TreeMap<>(Map.of(CHANGES, changes, PEOPLE, sealed));
  }

  private static String belongsTo(String leaf, String subject) {
    return leaf + "/" + PART + "/" + subject;
  }

  /** The encrypted parts of what a leaf says of those whom it names, by subject. */
  static JsonNode parts(ObjectNode content) {
    return content.path("sealed").path(PART).path(PEOPLE);
  }

  /**
   * Puts names back that can still be read; for the others the number stays.
   *
   * @param fields opens a part that belongs to a place; null when nobody can any more
   */
  static void open(
      ObjectNode content,
      JsonNode named,
      BiFunction<JsonNode, String, @Nullable ObjectNode> fields) {
    Map<String, String> names = new TreeMap<>();
    ArrayNode mentions = content.putArray(MENTIONS);
    for (Map.Entry<String, JsonNode> part : named.path(PEOPLE).properties()) {
      String subject = part.getKey();
      mentions.add(subject);
      ObjectNode found =
          fields.apply(part.getValue(), belongsTo(content.path("id").asText(), subject));
      if (found != null && found.has(NAME)) {
        names.put(subject, found.path(NAME).asText());
      }
      if (found != null && found.has(REASON)) {
        content.set(REASON, found.get(REASON));
      }
    }
    ObjectNode changes = content.withObject("/changes");
    for (Map.Entry<String, JsonNode> field : named.path(CHANGES).properties()) {
      changes.set(field.getKey(), withNames(field.getValue(), names));
    }
  }

  private static JsonNode withNames(JsonNode value, Map<String, String> names) {
    if (value.isArray()) {
      ArrayNode all = Json.MAPPER.createArrayNode();
      value.forEach(one -> all.add(withNames(one, names)));
      return all;
    }
    String name = names.get(value.asText());
    return name == null ? value : TextNode.valueOf(name);
  }
}
