package org.apikeys.request;

import com.fasterxml.jackson.databind.JsonNode;
import org.apikeys.store.ConfigText;

/** Reads policies strictly: every mistake is told with its place and its reason. */
final class PolicyText {
  private static final String WHOLE = "policies";

  private PolicyText() {}

  static PolicyDocument parse(String text) throws ConfigText.Mistake {
    return ConfigText.parse(text, PolicyDocument.class, WHOLE);
  }

  static PolicyDocument read(JsonNode document) throws ConfigText.Mistake {
    return ConfigText.read(document, PolicyDocument.class, WHOLE);
  }
}
