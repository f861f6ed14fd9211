package org.apikeys.web.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import org.apikeys.api.problem.ProblemException;

/**
 * Fields of a resource that a client may send back as it got them, so that what was read can be
 * changed and written, and may not change.
 */
public final class ReadOnlyFields {
  private ReadOnlyFields() {}

  /** The body without its read-only fields; one with another value than the present is refused. */
  public static ObjectNode without(
      ObjectNode body, ObjectNode present, Collection<String> readOnly) {
    ObjectNode rest = body.deepCopy();
    for (String field : readOnly) {
      JsonNode sent = rest.remove(field);
      if (sent != null && !same(sent, present.path(field))) {
        throw ProblemException.invalid(field, "can't be changed");
      }
    }
    return rest;
  }

  /**
   * What is present with the fields of a body in their new values, and without read-only ones; what
   * the body leaves out stays.
   */
  public static ObjectNode changed(
      ObjectNode body, ObjectNode present, Collection<String> readOnly) {
    ObjectNode changed = present.deepCopy().without(readOnly);
    changed.setAll(without(body, present, readOnly));
    return changed;
  }

  private static boolean same(JsonNode sent, JsonNode present) {
    return sent.equals(ReadOnlyFields::difference, present)
        || (sent.isNull() && present.isMissingNode());
  }

  /** The same number is the same value, however it is held; also deep inside. */
  private static int difference(JsonNode sent, JsonNode present) {
    if (sent.isNumber() && present.isNumber()) {
      return sent.decimalValue().compareTo(present.decimalValue());
    }
    return sent.equals(present) ? 0 : 1;
  }
}
