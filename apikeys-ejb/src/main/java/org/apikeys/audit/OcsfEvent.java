package org.apikeys.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.apikeys.store.Json;

/**
 * A record as an event of the Open Cybersecurity Schema Framework 1.3: Authentication (3002) for
 * sign-ins, Entity Management (3004) for what is made, changed and removed, User Access Management
 * (3005) for decisions about who may do what, API Activity (6003) for everything else.
 */
final class OcsfEvent {
  private static final String PRODUCT = "apikeys";
  private static final int AUTHENTICATION = 3002;
  private static final int ENTITY = 3004;
  private static final int ACCESS = 3005;
  private static final int API = 6003;
  private static final int CLASSES = 1000;
  private static final int TYPES = 100;
  private static final int OTHER = 99;
  private static final int INFORMATIONAL = 1;
  private static final int MEDIUM = 3;
  private static final int SUCCESS = 1;
  private static final int FAILURE = 2;

  private OcsfEvent() {}

  static ObjectNode of(JsonNode record) {
    String action = record.path("action").asText();
    String subject = action.substring(0, Math.max(0, action.indexOf('.')));
    String verb = action.substring(action.indexOf('.') + 1);
    int type = classOf(subject, verb);
    int activity = activity(type, verb);
    boolean success = record.path("outcome").asText().equals("success");
    ObjectNode event = Json.MAPPER.createObjectNode();
    event.put("class_uid", type);
    event.put("category_uid", type / CLASSES);
    event.put("activity_id", activity);
    if (activity == OTHER) {
      event.put("activity_name", verb); // the schema wants what it has no number for in words
    }
    event.put("type_uid", type * TYPES + activity);
    event.put("time", Instant.parse(record.path("time").asText()).toEpochMilli());
    event.put("severity_id", success ? INFORMATIONAL : MEDIUM);
    event.put("status_id", success ? SUCCESS : FAILURE);
    event.put("status", success ? "Success" : "Failure");
    text(event, "status_detail", record.path("reason"));
    text(event, "message", record.path("action"));
    event.put("count", record.path("count").asLong());
    ObjectNode metadata = event.putObject("metadata");
    metadata.put("version", "1.3.0");
    metadata.put("uid", record.path("id").asText());
    metadata.put("sequence", record.path("sequence").asLong());
    text(metadata, "correlation_uid", record.path("request_id"));
    metadata.putObject("product").put("name", PRODUCT).put("vendor_name", PRODUCT);
    ObjectNode actor = user(record.path("actor"));
    event.putObject("actor").set("user", actor);
    ObjectNode source = event.putObject("src_endpoint");
    text(source, "ip", record.at("/actor/ip"));
    if (source.isEmpty()) {
      source.put("name", "server");
    }
    ObjectNode request = event.putObject("http_request");
    text(request, "user_agent", record.at("/actor/user_agent"));
    text(request, "uid", record.path("request_id"));
    special(event, type, record, actor);
    ObjectNode rest = event.putObject("unmapped");
    rest.set("target", record.path("target"));
    rest.set("changes", record.path("changes"));
    rest.set("organization_id", record.path("organization_id"));
    rest.set("leaf_hash", record.path("leaf_hash"));
    return event;
  }

  /** What the class demands beyond what all have. */
  private static void special(ObjectNode event, int type, JsonNode record, ObjectNode actor) {
    JsonNode target = record.path("target");
    switch (type) {
      case AUTHENTICATION -> {
        event.set("user", target.path("type").asText().equals("user") ? named(target) : actor);
        event.putObject("service").put("name", PRODUCT);
      }
      case ENTITY -> event.set("entity", named(target));
      case ACCESS -> {
        event.set("user", actor);
        event.putArray("privileges").add(record.path("action").asText());
        event.set("resource", named(target));
      }
      default -> event.putObject("api").put("operation", record.path("action").asText());
    }
  }

  private static ObjectNode named(JsonNode target) {
    ObjectNode entity = Json.MAPPER.createObjectNode();
    entity.put("uid", target.path("id").asText());
    text(entity, "name", target.path("name"));
    text(entity, "type", target.path("type"));
    return entity;
  }

  private static ObjectNode user(JsonNode actor) {
    ObjectNode user = Json.MAPPER.createObjectNode();
    user.put("uid", actor.path("id").asText());
    text(user, "name", actor.path("name"));
    text(user, "type", actor.path("type"));
    return user;
  }

  private static void text(ObjectNode object, String name, JsonNode value) {
    if (value.isValueNode() && !value.isNull()) {
      object.put(name, value.asText());
    }
  }

  private static int classOf(String subject, String verb) {
    return switch (subject) {
      case "session" -> AUTHENTICATION;
      case "request", "permission_set" -> ACCESS;
      case "audit", "access" -> API;
      default -> verb.equals("revealed") ? API : ENTITY;
    };
  }

  private static int activity(int type, String verb) {
    return switch (type) {
      case AUTHENTICATION -> 1; // Logon
      case ACCESS ->
          switch (verb) {
            case "approved", "created" -> 1; // Assign Privileges
            case "rejected", "cancelled", "expired", "deleted" -> 2; // Revoke Privileges
            default -> OTHER;
          };
      case API ->
          switch (verb) {
            case "purged" -> 4;
            case "denied" -> OTHER;
            default -> 2; // Read
          };
      default ->
          switch (verb) {
            case "created", "imported" -> 1;
            case "updated", "rotated", "renewed", "claimed", "reloaded" -> 3;
            case "deleted", "revoked", "archived", "expired", "erased" -> 4;
            case "reactivated", "enabled" -> 8;
            case "deactivated", "disabled", "quarantined" -> 9;
            default -> OTHER;
          };
    };
  }
}
