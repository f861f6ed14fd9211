package org.apikeys.key;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.Iterator;
import org.apikeys.audit.AuditEntry;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/** What differs between two configurations, for the audit record. */
final class Difference {
  private Difference() {}

  /** The entry with every field that differs; {@code before} is null for a new key. */
  static AuditEntry record(
      AuditEntry entry, @Nullable KeyConfiguration before, KeyConfiguration after) {
    JsonNode old =
        before == null ? Json.MAPPER.createObjectNode() : Json.MAPPER.valueToTree(before);
    JsonNode fresh = Json.MAPPER.valueToTree(after);
    AuditEntry changed = entry;
    for (Iterator<String> fields = fresh.fieldNames(); fields.hasNext(); ) {
      String field = fields.next();
      JsonNode was = old.path(field).isMissingNode() ? NullNode.instance : old.path(field);
      boolean nothing = before == null && fresh.path(field).isEmpty() && isBlank(fresh.path(field));
      if (!nothing) {
        changed = changed.changing(field, was, fresh.path(field));
      }
    }
    return changed;
  }

  private static boolean isBlank(JsonNode node) {
    return node.isNull() || node.isContainerNode() || (node.isBoolean() && !node.asBoolean());
  }
}
