package org.apikeys.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
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
 */
final class Leaf {
  /** The version of this layout, in every leaf as {@code v}. */
  private static final int VERSION = 1;

  private static final int LONGEST_TEXT = 1_000;

  private Leaf() {}

  static byte[] of(AuditEntry entry, Instant time) {
    Caller caller = entry.caller();
    Map<String, @Nullable Object> leaf = new TreeMap<>();
    leaf.put("v", VERSION);
    leaf.put("id", UUID.randomUUID().toString());
    leaf.put("time", time.toString());
    leaf.put("actor", actor(caller));
    leaf.put("action", entry.action().word());
    leaf.put("target", target(entry.target()));
    leaf.put("organization_id", entry.organizationId());
    leaf.put("outcome", entry.outcome().name().toLowerCase(Locale.ROOT));
    leaf.put("reason", cut(entry.reason()));
    leaf.put("request_id", caller.requestId());
    leaf.put("changes", entry.changes());
    leaf.put("count", entry.count());
    return Json.write(leaf).getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, @Nullable Object> actor(Caller caller) {
    Map<String, @Nullable Object> actor = new TreeMap<>();
    actor.put("type", caller.kind().name().toLowerCase(Locale.ROOT));
    actor.put("id", actorId(caller));
    actor.put("name", caller.name());
    actor.put("ip", caller.ip());
    actor.put("user_agent", cut(caller.userAgent()));
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

  private static String actorId(Caller caller) {
    return switch (caller.kind()) {
      case KEY -> "key-" + caller.id();
      case PERSON -> caller.id() > 0 ? "user-" + caller.id() : caller.name();
      case SYSTEM, ANONYMOUS -> caller.name();
    };
  }

  private static @Nullable Map<String, Object> target(AuditEntry.@Nullable Target target) {
    return target == null
        ? null
        : new TreeMap<>(Map.of("type", target.type(), "id", target.id(), "name", target.name()));
  }

  private static @Nullable String cut(@Nullable String text) {
    return text == null || text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
  }

  static JsonNode read(byte[] leaf) {
    try {
      return Json.MAPPER.readTree(leaf);
    } catch (IOException e) {
      throw new UncheckedIOException("a leaf of the log is no JSON", e);
    }
  }

  /** The leaf's hash in base64. */
  static String hash(byte[] leaf) {
    return TreeHash.ofLeaf(leaf).base64();
  }
}
