package org.apikeys.web.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apikeys.store.Json;
import org.apikeys.store.Page;

/** The form of every paged list. */
public final class Listing {
  private Listing() {}

  /**
   * A page as an answer.
   *
   * @param name of the field that holds the items
   */
  public static ObjectNode of(String name, Page<?> page, Query query) {
    ObjectNode listing = Json.MAPPER.createObjectNode();
    listing.set(name, Json.MAPPER.valueToTree(page.items()));
    return listing.put("total", page.total()).put("page", query.page()).put("size", query.size());
  }
}
