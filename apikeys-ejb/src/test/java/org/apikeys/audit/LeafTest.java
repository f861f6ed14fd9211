package org.apikeys.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apikeys.api.audit.Action;
import org.apikeys.api.tenant.Caller;
import org.apikeys.store.Json;
import org.junit.jupiter.api.Test;

class LeafTest {
  private static final Instant TIME = Instant.parse("2026-03-01T12:00:00.123Z");

  /** Shows what would be encrypted, and under whose key. */
  private static final Leaf.Sealer SEALER =
      (subject, fields, belongsTo) ->
          new TreeMap<>(
              Map.of("key", 7, "data", subject + " " + String.join(" ", fields.keySet())));

  /** Knows two people. */
  private static final PersonNumbers NUMBERS =
      name -> Optional.ofNullable(Map.of("alice", 13L, "bob", 14L).get(name));

  private static Caller caller(String agent) {
    return new Caller(
        Caller.Kind.KEY,
        7,
        "key-7",
        "dora",
        3,
        Set.of("developer"),
        Set.of(),
        "2001:db8::1",
        agent,
        "request-1");
  }

  private static byte[] golden() throws IOException {
    try (InputStream file = LeafTest.class.getResourceAsStream("leaf-v3.json")) {
      return Objects.requireNonNull(file).readAllBytes();
    }
  }

  /** Only the record's own id is drawn anew. */
  private static String withFixedId(byte[] leaf) {
    return new String(leaf, StandardCharsets.UTF_8)
        .replaceFirst(
            "\"id\":\"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\"",
            "\"id\":\"00000000-0000-4000-8000-000000000000\"");
  }

  @Test
  void keepsItsBytes() throws IOException {
    AuditEntry entry =
        AuditEntry.of(caller("agent \"ü\""), Action.KEY_UPDATED)
            .on("key", "key-9", "CI/CD <Pipeline>")
            .because("two\nlines")
            .changing("rate_limit", 100, 50)
            .changing("description", null, "é");

    assertThat(withFixedId(Leaf.of(entry, TIME, SEALER, NUMBERS)))
        .isEqualTo(new String(golden(), StandardCharsets.UTF_8).stripTrailing());
  }

  @Test
  void holdsNoPersonalFieldInClear() {
    AuditEntry entry =
        AuditEntry.of(caller("an agent"), Action.USER_UPDATED)
            .on("user", 5, "a name")
            .changing("email", "old@example.com", "new@example.com");
    String leaf = new String(Leaf.of(entry, TIME, SEALER, NUMBERS), StandardCharsets.UTF_8);

    assertThat(leaf)
        .contains("\"target\":{\"id\":\"5\",\"type\":\"user\"}", "user-5", "key-7")
        .doesNotContain("an agent", "2001:db8::1", "a name", "example.com");
  }

  @Test
  void keepsItsHash() {
    // RFC 6962 section 2.1: SHA-256 over 0x00, and over 0x00 'a'
    assertThat(Leaf.hash(new byte[0])).isEqualTo("bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=");
    assertThat(Leaf.hash("a".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("Aippeebat6pa5MPl5F9+l3ESp+Y1k4INvsHsc4ok+Tw=");
  }

  @Test
  void cutsTextsThatOthersChoose() {
    AuditEntry entry =
        AuditEntry.of(caller("x".repeat(5_000)), Action.KEY_REVOKED).because("y".repeat(5_000));

    assertThat(Leaf.of(entry, TIME, SEALER, NUMBERS)).hasSizeLessThan(2_600);
  }

  @Test
  void namesOthersByTheirNumbersAlone() {
    AuditEntry entry =
        AuditEntry.of(caller("an agent"), Action.KEY_CREATED)
            .on("key", "key-9", "nine")
            .becauseOf("bob", "bob was there, from 192.0.2.7")
            .changing("owner", "alice", "bob")
            .changing("recipients", null, List.of("bob", "alice"))
            .changing("delegate", null, "someone of elsewhere")
            .changing("rate_limit", 1, 2);
    ObjectNode leaf = Leaf.read(Leaf.of(entry, TIME, SEALER, NUMBERS));

    assertThat(leaf.toString()).doesNotContain("alice", "bob", "192.0.2.7");
    assertThat(leaf.has("reason")).isFalse();
    assertThat(leaf.path("changes"))
        .isEqualTo(
            Json.read(
                "{\"delegate\":[null,\"someone of elsewhere\"],\"rate_limit\":[1,2]}",
                JsonNode.class));
    assertThat(leaf.at("/sealed/named/changes"))
        .isEqualTo(
            Json.read(
                "{\"owner\":[\"user-13\",\"user-14\"],\"recipients\":[null,[\"user-14\",\"user-13\"]]}",
                JsonNode.class));
    assertThat(leaf.at("/sealed/named/people/user-13/data").asText()).isEqualTo("user-13 name");
    assertThat(leaf.at("/sealed/named/people/user-14/data").asText())
        .isEqualTo("user-14 name reason");
  }
}
