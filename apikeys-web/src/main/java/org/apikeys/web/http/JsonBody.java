package org.apikeys.web.http;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The JSON object of a request, read strictly but not yet understood.
 *
 * @param node the object
 */
public record JsonBody(ObjectNode node) {

  /** The body as a type; an unknown field, or a value of a wrong kind, is refused with its name. */
  public <T> T as(Class<T> type) {
    return StrictJson.bind(node, type);
  }

  /** Only the names: the values may be secret. */
  @Override
  public String toString() {
    return "JsonBody[" + node.size() + " fields]";
  }
}
