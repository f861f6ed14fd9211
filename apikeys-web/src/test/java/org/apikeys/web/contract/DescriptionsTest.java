package org.apikeys.web.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The document says of every schema and of every field in it what it means. */
class DescriptionsTest {
  private final List<String> silent = new ArrayList<>();

  @Test
  void everyFieldIsDescribed() {
    for (Map.Entry<String, JsonNode> one :
        Contract.read().components().path("schemas").properties()) {
      if (!one.getValue().has("description")) {
        silent.add(one.getKey());
      }
      lookAt(one.getKey(), one.getValue());
    }
    assertThat(silent).isEmpty();
  }

  private void lookAt(String path, JsonNode schema) {
    for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
      JsonNode meant = field.getValue();
      // what is elsewhere is described there
      if (!meant.has("description") && !meant.has("$ref") && !meant.has("allOf")) {
        silent.add(path + "." + field.getKey());
      }
      lookAt(path + "." + field.getKey(), meant);
    }
    lookAtOther(path + "[]", schema.path("items"));
    lookAtOther(path + "{}", schema.path("additionalProperties"));
    schema.path("allOf").forEach(part -> lookAtOther(path, part));
  }

  private void lookAtOther(String path, JsonNode schema) {
    if (schema.isObject()) {
      lookAt(path, schema);
    }
  }
}
