package org.apikeys.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/** Old and new side by side, for whoever decides. */
final class Comparison {
  private Comparison() {}

  /** Field to [before, after] of every field that differs; {@code before} is null for a new key. */
  static Map<String, List<@Nullable Object>> of(
      @Nullable KeyConfiguration before, KeyConfiguration after) {
    JsonNode old =
        before == null ? Json.MAPPER.createObjectNode() : Json.MAPPER.valueToTree(before);
    JsonNode fresh = Json.MAPPER.valueToTree(after);
    Map<String, List<@Nullable Object>> changes = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : fresh.properties()) {
      JsonNode was = old.path(field.getKey());
      JsonNode present = was.isMissingNode() ? NullNode.instance : was;
      if (!present.equals(field.getValue())) {
        changes.put(field.getKey(), Arrays.asList(present, field.getValue()));
      }
    }
    return changes;
  }
}
