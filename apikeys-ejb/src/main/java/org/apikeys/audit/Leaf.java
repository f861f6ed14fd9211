package org.apikeys.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apikeys.api.audit.TreeHash;
import org.apikeys.api.tenant.Caller;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/**
 * The exact bytes of a record that are hashed (RFC 6962 section 2.1: {@code SHA-256(0x00 ‖ leaf)}):
 * a JSON object in UTF-8 without white space, its names in order. The sequence is not in it: it is
 * the place of the leaf in the tree, known only after the commit.
 *
 * <p>Personal fields are in it as ciphertext: name, address and user agent of the actor, and of a
 * record about a person the name and the changes; since version 3 also whoever else is named
 * ({@link NamedPeople}). In version 1 they were in clear.
 */
final class Leaf {
  /** The version of this layout, in every leaf as {@code v}. */
  private static final int VERSION = 3;

  private static final int LONGEST_TEXT = 1_000;

  static final String ACTOR = "actor";
  static final String TARGET = "target";

  /** Encrypts fields under the key of a subject. */
  @FunctionalInterface
  interface Sealer {
    /**
     * The number of the key ({@code key}) and the ciphertext in base64 ({@code data}).
     *
     * @param belongsTo what the fields belong to, so that they can't be moved to another record
     */
    Map<String, Object> seal(
        String subject, Map<String, @Nullable Object> fields, String belongsTo);
  }

  private Leaf() {}

  static byte[] of(AuditEntry entry, Instant time, Sealer sealer, PersonNumbers numbers) {
    Caller caller = entry.caller();
    String id = UUID.randomUUID().toString();
    Map<String, @Nullable Object> leaf = new TreeMap<>();
    Map<String, Object> sealed = new TreeMap<>();
    leaf.put("v", VERSION);
    leaf.put("id", id);
    leaf.put("time", time.toString());
    leaf.put("action", entry.action().word());
    leaf.put("organization_id", entry.organizationId());
    leaf.put("outcome", entry.outcome().name().toLowerCase(Locale.ROOT));
    leaf.put("request_id", caller.requestId());
    leaf.put("count", entry.count());
    Map<String, @Nullable Object> actor = actor(caller);
    leaf.put(ACTOR, actor);
    Map<String, List<@Nullable Object>> changes = new TreeMap<>(entry.changes());
    AuditEntry.Target target = entry.target();
    String subject = target == null ? null : subject(target);
    NamedPeople named = new NamedPeople(numbers);
    if (subject == null) {
      named.take(changes, caller);
    }
    String reason = cut(entry.reason());
    String confides = entry.confides();
    if (reason == null || confides == null) {
      leaf.put("reason", reason);
    } else {
      named.takeReason(confides, reason);
    }
    if (!named.isNobody()) {
      sealed.put(NamedPeople.PART, named.sealed(sealer, id));
    }
    if (caller.kind() == Caller.Kind.SYSTEM) {
      actor.putAll(person(caller));
    } else {
      Map<String, @Nullable Object> person = person(caller);
      person.put("changes", namesIn(changes, caller));
      sealed.put(ACTOR, sealer.seal(actorId(caller), person, id + "/" + ACTOR));
    }
    if (target == null || subject == null) {
      leaf.put(TARGET, target == null ? null : named(target));
      leaf.put("changes", changes);
    } else {
      leaf.put(TARGET, new TreeMap<>(Map.of("type", target.type(), "id", target.id())));
      Map<String, @Nullable Object> about = new TreeMap<>();
      about.put("name", target.name());
      about.put("changes", changes);
      sealed.put(TARGET, sealer.seal(subject, about, id + "/" + TARGET));
    }
    leaf.put("sealed", sealed);
    return Json.write(leaf).getBytes(StandardCharsets.UTF_8);
  }

  /** Takes out the changes that are the actor's own name, such as that of a new key's owner. */
  private static Map<String, @Nullable Object> namesIn(
      Map<String, List<@Nullable Object>> changes, Caller caller) {
    Map<String, @Nullable Object> names = new TreeMap<>();
    for (String field : List.copyOf(changes.keySet())) {
      List<@Nullable Object> values = changes.get(field);
      if (values != null && values.stream().anyMatch(value -> isNameOf(caller, value))) {
        names.put(field, values);
        changes.remove(field);
      }
    }
    return names;
  }

  private static boolean isNameOf(Caller caller, @Nullable Object value) {
    String text = value instanceof JsonNode node ? node.asText() : String.valueOf(value);
    return text.equals(caller.name()) || text.equals(caller.owner());
  }

  private static Map<String, @Nullable Object> actor(Caller caller) {
    Map<String, @Nullable Object> actor = new TreeMap<>();
    actor.put("type", caller.kind().name().toLowerCase(Locale.ROOT));
    actor.put("id", actorId(caller));
    actor.put(
        "auth",
        switch (caller.kind()) {
          case PERSON -> "jwt";
          case KEY -> "api_key";
          case SYSTEM -> "system";
          case ANONYMOUS -> "none";
        });
    return actor;
  }

  private static Map<String, @Nullable Object> person(Caller caller) {
    Map<String, @Nullable Object> person = new TreeMap<>();
    person.put("name", caller.name());
    person.put("ip", caller.ip());
    person.put("user_agent", cut(caller.userAgent()));
    return person;
  }

  /** Who it is without a name: what {@code actor.id} shows, and the subject of its fields. */
  private static String actorId(Caller caller) {
    return switch (caller.kind()) {
      case KEY -> "key-" + caller.id();
      case PERSON -> caller.id() > 0 ? "user-" + caller.id() : caller.name();
      case ANONYMOUS -> caller.id() > 0 ? "user-" + caller.id() : "anonymous";
      case SYSTEM -> caller.name();
    };
  }

  /** The person that a record is about; null when it is about a thing. */
  private static @Nullable String subject(AuditEntry.Target target) {
    return switch (target.type()) {
      case "user" -> "user-" + target.id();
      case "session" -> target.id();
      default -> null;
    };
  }

  private static Map<String, @Nullable Object> named(AuditEntry.Target target) {
    return new TreeMap<>(Map.of("type", target.type(), "id", target.id(), "name", target.name()));
  }

  private static @Nullable String cut(@Nullable String text) {
    return text == null || text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
  }

  static ObjectNode read(byte[] leaf) {
    try {
      return Json.MAPPER.readValue(leaf, ObjectNode.class);
    } catch (IOException e) {
      throw new UncheckedIOException("a leaf of the log is no JSON object", e);
    }
  }

  /** The leaf's hash in base64. */
  static String hash(byte[] leaf) {
    return TreeHash.ofLeaf(leaf).base64();
  }
}
