package org.apikeys.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apikeys.api.audit.Action;
import org.apikeys.api.tenant.Caller;
import org.junit.jupiter.api.Test;

class LeafTest {
  private static final Instant TIME = Instant.parse("2026-03-01T12:00:00.123Z");

  /** Shows what would be encrypted, and under whose key. */
  private static final Leaf.Sealer SEALER =
      (subject, fields, belongsTo) ->
          new TreeMap<>(
              Map.of("key", 7, "data", subject + " " + String.join(" ", fields.keySet())));

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
    try (InputStream file = LeafTest.class.getResourceAsStream("leaf-v2.json")) {
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

    assertThat(withFixedId(Leaf.of(entry, TIME, SEALER)))
        .isEqualTo(new String(golden(), StandardCharsets.UTF_8).stripTrailing());
  }

  @Test
  void holdsNoPersonalFieldInClear() {
    AuditEntry entry =
        AuditEntry.of(caller("an agent"), Action.USER_UPDATED)
            .on("user", 5, "a name")
            .changing("email", "old@example.com", "new@example.com");
    String leaf = new String(Leaf.of(entry, TIME, SEALER), StandardCharsets.UTF_8);

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

    assertThat(Leaf.of(entry, TIME, SEALER)).hasSizeLessThan(2_600);
  }
}
