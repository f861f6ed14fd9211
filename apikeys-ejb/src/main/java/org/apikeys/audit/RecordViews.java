package org.apikeys.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apikeys.crypto.SealingKey;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/**
 * Makes records readable: opens their personal fields while the keys of their subjects are there.
 */
@ApplicationScoped
class RecordViews {
  private static final List<String> SHOWN =
      List.of(
          "id",
          "time",
          "actor",
          "action",
          "target",
          "organization_id",
          "outcome",
          "reason",
          "request_id",
          "changes",
          "count");

  private final SubjectKeys keys;

  @Inject
  RecordViews(SubjectKeys keys) {
    this.keys = keys;
  }

  @SuppressWarnings("NullAway")
  protected RecordViews() {
    keys = null;
  }

  /** A record as the API shows it. */
  JsonNode shown(AuditRecord record) {
    return shown(List.of(record)).get(0);
  }

  /** Records as the API shows them, in the same order. */
  List<JsonNode> shown(List<AuditRecord> records) {
    return shown(records, contents(records.stream().map(AuditRecord::leaf).toList()));
  }

  /** Records with nothing that is encrypted in their leaves. */
  List<JsonNode> sealed(List<AuditRecord> records) {
    return shown(
        records,
        records.stream().map(record -> opened(Leaf.read(record.leaf()), Map.of())).toList());
  }

  private static List<JsonNode> shown(List<AuditRecord> records, List<ObjectNode> contents) {
    List<JsonNode> shown = new ArrayList<>(records.size());
    for (int i = 0; i < records.size(); i++) {
      ObjectNode content = contents.get(i);
      ObjectNode one = Json.MAPPER.createObjectNode().put("sequence", records.get(i).sequence());
      SHOWN.forEach(field -> one.set(field, content.path(field)));
      shown.add(one.put("leaf_hash", records.get(i).leafHash()));
    }
    return shown;
  }

  /** What leaves say, with everything that can still be read; what can't is null. */
  List<ObjectNode> contents(List<byte[]> leaves) {
    return contentsWithout(Set.of(), leaves);
  }

  /** What leaves say when these keys of subjects are destroyed. */
  List<ObjectNode> contentsWithout(Set<Long> destroyed, List<byte[]> leaves) {
    List<ObjectNode> contents = leaves.stream().map(Leaf::read).toList();
    Set<Long> wanted = new HashSet<>();
    for (ObjectNode content : contents) {
      content.path("sealed").forEach(part -> wanted.add(part.path("key").asLong()));
      NamedPeople.parts(content).forEach(part -> wanted.add(part.path("key").asLong()));
    }
    wanted.removeAll(destroyed);
    Map<Long, SealingKey> found = keys.byId(wanted);
    contents.forEach(content -> opened(content, found));
    return contents;
  }

  private static ObjectNode opened(ObjectNode content, Map<Long, SealingKey> keys) {
    if (content.remove("sealed") instanceof ObjectNode sealed) {
      open(content, sealed, keys);
    }
    return content;
  }

  private static void open(ObjectNode content, ObjectNode sealed, Map<Long, SealingKey> keys) {
    String id = content.path("id").asText();
    ObjectNode changes = content.withObject("/changes");
    if (sealed.has(Leaf.TARGET)) {
      ObjectNode fields = fields(sealed.path(Leaf.TARGET), keys, id + "/" + Leaf.TARGET);
      content.withObject("/target").set("name", fields == null ? null : fields.get("name"));
      addChanges(changes, fields);
    }
    if (sealed.has(Leaf.ACTOR)) {
      ObjectNode fields = fields(sealed.path(Leaf.ACTOR), keys, id + "/" + Leaf.ACTOR);
      ObjectNode actor = content.withObject("/actor");
      for (String name : List.of("ip", "name", "user_agent")) {
        actor.set(name, fields == null ? null : fields.get(name));
      }
      addChanges(changes, fields);
    }
    NamedPeople.open(
        content, sealed.path(NamedPeople.PART), (part, belongsTo) -> fields(part, keys, belongsTo));
    if (!content.has("reason")) {
      content.putNull("reason");
    }
  }

  private static void addChanges(ObjectNode changes, @Nullable ObjectNode fields) {
    if (fields != null && fields.get("changes") instanceof ObjectNode more) {
      changes.setAll(more);
    }
  }

  private static @Nullable ObjectNode fields(
      JsonNode part, Map<Long, SealingKey> keys, String belongsTo) {
    SealingKey key = keys.get(part.path("key").asLong());
    if (key == null) {
      return null;
    }
    try {
      byte[] sealed = Base64.getDecoder().decode(part.path("data").asText());
      return Json.MAPPER.readValue(key.openBytes(sealed, belongsTo), ObjectNode.class);
    } catch (IOException | IllegalStateException | IllegalArgumentException e) {
      // whoever changed it can't have it shown; the leaf's hash tells of the change
      return null;
    }
  }
}
