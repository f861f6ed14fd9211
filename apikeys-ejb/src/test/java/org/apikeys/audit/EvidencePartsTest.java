package org.apikeys.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apikeys.api.audit.Checkpoint;
import org.apikeys.api.audit.TreeHash;
import org.apikeys.store.Json;
import org.junit.jupiter.api.Test;

/** The parts of a pack that an auditor takes home. */
class EvidencePartsTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private static EvidenceReport report(Selection selection) {
    return new EvidenceReport(
        new Checkpoint("the <log>", 700, TreeHash.EMPTY), selection, "al & co", NOON);
  }

  private static JsonNode record(String action, String outcome) {
    return Json.MAPPER.createObjectNode().put("action", action).put("outcome", outcome);
  }

  @Test
  void theReportCountsWhatIsInThePack() {
    EvidenceReport report = report(new Selection(EventFilter.ANY, Set.of("key-2", "key-1"), null));
    assertThat(report.count()).isZero();
    assertThat(report.first()).isZero();
    assertThat(report.html()).contains("<td>Records<td><code>none</code>");
    report.add(4, record("key.created", "success"));
    report.add(9, record("key.revoked", "success"));
    report.add(12, record("key.created", "denied"));

    assertThat(report.count()).isEqualTo(3);
    assertThat(report.first()).isEqualTo(4);
    assertThat(report.last()).isEqualTo(12);
    assertThat(report.html())
        .contains("<td>Log<td><code>the &lt;log&gt;</code>")
        .contains("<td>Made<td><code>2026-03-01T12:00:00Z by al &amp; co</code>")
        .contains("<td>Period<td><code>from the beginning</code>")
        .contains("<td>Keys<td><code>key-1, key-2</code>")
        .contains("<td>Records<td><code>3, sequence 4 to 12</code>")
        .contains("<td>Proven against<td><code>the signed log of 700 records</code>")
        .contains("<td>Root<td><code>" + TreeHash.EMPTY.base64())
        .contains("<td>key.created<td><code>2</code>")
        .contains("<td>key.revoked<td><code>1</code>")
        .contains("<td>success<td><code>2</code>")
        .contains("<td>denied<td><code>1</code>")
        .contains("leaf_hash = SHA-256(0x00 || leaf bytes)")
        .startsWith("<!doctype html>")
        .endsWith("</html>\n");
  }

  @Test
  void theReportNamesThePeriodAndNoKeysWhenAllAreMeant() {
    EventFilter minute = EventFilter.between(NOON, NOON.plusSeconds(60));
    String html = report(new Selection(minute, Set.of(), null)).html();
    assertThat(html)
        .contains("from 2026-03-01T12:00:00Z to before 2026-03-01T12:01:00Z")
        .doesNotContain("<td>Keys")
        .doesNotContain("Not all records");
  }

  @Test
  void theReportSaysThatRecordsWereLeftOut() {
    EventFilter some =
        new EventFilter(
            null,
            null,
            "mia",
            Set.of("key.revoked", "key.created"),
            "key-7",
            "denied",
            "<words>",
            null);
    assertThat(report(new Selection(some, Set.of(), null)).html())
        .contains(
            "<td>Not all records<td><code>only key.created key.revoked, outcome denied, "
                + "of one actor, of one target, with certain words</code>");
  }

  @Test
  void everyEntryIsNotedWithItsHash() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    EvidenceZip zip = new EvidenceZip(out);
    zip.add("one.txt", "first");
    OutputStream entry = zip.entry("two.txt");
    entry.write('s');
    entry.write("xecondx".getBytes(StandardCharsets.UTF_8), 1, 5);
    entry.close();
    zip.close("two.txt");
    String hashes = zip.hashes();
    zip.finish("last.txt", hashes);

    Map<String, String> entries = entries(out.toByteArray());
    assertThat(entries)
        .containsExactly(
            Map.entry("one.txt", "first"),
            Map.entry("two.txt", "second"),
            Map.entry("last.txt", hashes));
    assertThat(hashes).isEqualTo(line("one.txt", "first") + line("two.txt", "second"));
  }

  private static String line(String name, String text) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return name
        + " "
        + Base64.getEncoder().encodeToString(hash)
        + " "
        + HexFormat.of().formatHex(hash)
        + "\n";
  }

  private static Map<String, String> entries(byte[] file) throws IOException {
    Map<String, String> entries = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return entries;
  }
}
