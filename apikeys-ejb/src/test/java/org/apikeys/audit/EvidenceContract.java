package org.apikeys.audit;

import static org.apikeys.audit.SomeRecords.person;
import static org.apikeys.audit.SomeRecords.write;
import static org.apikeys.store.Expect.invalid;
import static org.apikeys.store.Expect.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apikeys.api.audit.Checkpoint;
import org.apikeys.api.audit.MerkleProof;
import org.apikeys.api.audit.SignedNote;
import org.apikeys.api.audit.TreeHash;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.store.Json;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What auditors take away, checked by hand as the pack's own README says. */
interface EvidenceContract {
  Caller AUDITOR = person(6, "ada", 1);
  Caller ELSEWHERE = person(7, "eve", 900);

  TestStore store();

  private TestServices services() {
    TestServices services = new TestServices(store().emptied());
    store().addOrganization(900);
    return services;
  }

  private static Selection keys(String... keys) {
    return new Selection(EventFilter.ANY, Set.of(keys), null);
  }

  /** The entries of a pack. */
  private static Map<String, String> pack(
      TestServices services, Caller caller, Selection selection) {
    EvidencePack packs = services.get(EvidencePack.class);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Map<String, String> entries = new LinkedHashMap<>();
    try {
      packs.write(packs.begin(caller, selection), out);
      ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(out.toByteArray()));
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return entries;
  }

  private static String entry(Map<String, String> pack, String name) {
    return Objects.requireNonNull(pack.get(name), name);
  }

  private static List<Long> sequences(Map<String, String> pack) {
    return entry(pack, "records.jsonl")
        .lines()
        .map(line -> Json.read(line, JsonNode.class).path("sequence").asLong())
        .toList();
  }

  private static String signed(TestServices services, String note) {
    SignedNote signed = SignedNote.parse(note);
    assertThat(signed.verifiedBy(services.get(LogProofs.class).publicKeys())).isPresent();
    return signed.text();
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(hash) + " " + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  default void everyRecordIsProvenAgainstTheCheckpointThatIsInIt() {
    TestServices services = services();
    write(services, person(5, "alice", 1), 0, 1_003);
    Map<String, String> pack = pack(services, AUDITOR, Selection.ALL);
    assertThat(pack)
        .containsOnlyKeys(
            "checkpoint.txt",
            "public-key.txt",
            "records.jsonl",
            "proofs.json",
            "report.html",
            "README.txt",
            "MANIFEST.note");
    Checkpoint checkpoint = Checkpoint.parse(signed(services, entry(pack, "checkpoint.txt")));
    assertThat(checkpoint.size()).isEqualTo(1_003);
    assertThat(entry(pack, "public-key.txt").lines())
        .containsExactlyElementsOf(
            services.get(LogProofs.class).publicKeys().stream().map(Object::toString).toList());
    JsonNode proofs = Json.read(entry(pack, "proofs.json"), JsonNode.class);
    assertThat(proofs.path("origin").asText()).isEqualTo(checkpoint.origin());
    assertThat(proofs.path("tree_size").asLong()).isEqualTo(1_003);
    assertThat(proofs.path("root").asText()).isEqualTo(checkpoint.root().base64());
    List<String> lines = entry(pack, "records.jsonl").lines().toList();
    assertThat(lines).hasSize(1_003);
    assertThat(proofs.path("proofs")).hasSize(1_003);
    for (int i = 0; i < lines.size(); i++) {
      JsonNode record = Json.read(lines.get(i), JsonNode.class);
      JsonNode proof = proofs.path("proofs").path(i);
      TreeHash leaf = TreeHash.ofLeaf(Base64.getDecoder().decode(record.path("leaf").asText()));
      assertThat(record.path("sequence").asInt()).isEqualTo(i + 1);
      assertThat(proof.path("sequence").asInt()).isEqualTo(i + 1);
      assertThat(proof.path("leaf_index").asInt()).isEqualTo(i);
      assertThat(proof.path("tree_size").asLong()).isEqualTo(1_003);
      assertThat(proof.path("leaf_hash").asText()).isEqualTo(leaf.base64());
      List<TreeHash> hashes = new ArrayList<>();
      proof.path("hashes").forEach(hash -> hashes.add(TreeHash.ofBase64(hash.asText())));
      assertThat(MerkleProof.isIncluded(leaf, i, 1_003, hashes, checkpoint.root())).isTrue();
    }
    assertThat(lines.get(6)).contains("alice", "192.0.2.7");
    assertThat(entry(pack, "report.html")).contains("ada", "1003", "key.created");
    assertThat(entry(pack, "README.txt")).contains("How to check");
  }

  @Test
  default void theManifestNamesEveryEntryAndWhatThePackHolds() {
    TestServices services = services();
    write(services, person(5, "alice", 1), 0, 9);
    Map<String, String> pack = pack(services, AUDITOR, keys("key-3", "key-5", "key-77"));
    List<String> expected =
        new ArrayList<>(
            List.of(
                Checkpoint.parse(signed(services, entry(pack, "checkpoint.txt"))).origin()
                    + " evidence",
                "size 9",
                "count 2",
                "first 4",
                "last 6"));
    pack.forEach(
        (name, text) -> {
          if (!name.equals("MANIFEST.note")) {
            expected.add(name + " " + sha256(text));
          }
        });
    assertThat(signed(services, entry(pack, "MANIFEST.note")).lines().toList()).isEqualTo(expected);
    assertThat(sequences(pack)).containsExactly(4L, 6L);
  }

  @Test
  default void holdsWhatWasAskedForAndWhatTheCallerMaySee() {
    TestServices services = services();
    Instant first = services.clock().instant();
    write(services, person(5, "alice", 1), 0, 2);
    services.clock().forward(Duration.ofHours(1));
    Instant second = services.clock().instant();
    write(services, person(8, "carol", 900), 2, 4);

    assertThat(sequences(pack(services, ELSEWHERE, Selection.ALL))).containsExactly(3L, 4L);
    assertThat(
            sequences(
                pack(
                    services,
                    AUDITOR,
                    new Selection(EventFilter.between(first, second), Set.of(), null))))
        .containsExactly(1L, 2L);
    assertThat(
            sequences(
                pack(
                    services,
                    AUDITOR,
                    new Selection(
                        EventFilter.between(second, second.plusMillis(1)), Set.of(), null))))
        .containsExactly(3L, 4L);
    assertThat(sequences(pack(services, AUDITOR, Selection.about("user-8"))))
        .containsExactly(3L, 4L);
    assertThat(
            sequences(
                pack(services, AUDITOR, new Selection(EventFilter.ANY, Set.of("key-3"), "user-8"))))
        .containsExactly(4L);
    assertThat(sequences(pack(services, ELSEWHERE, keys("key-1")))).isEmpty();
    services.get(LogKeeper.class).advance();
    assertThat(
            store()
                .column(
                    "SELECT target_name FROM audit_record WHERE action = 'audit.evidenced'"
                        + " ORDER BY sequence"))
        .as("each is recorded, and in none that was begun before")
        .containsExactly(
            "2 records", "2 records", "2 records", "2 records", "1 records", "0 records");
  }

  @Test
  default void refusesWhatNobodyCouldHandleAndAnEmptyLog() {
    TestServices services = services();
    LogExport export = services.get(LogExport.class);
    refused(ProblemType.NOT_FOUND, () -> export.beginEvidence(AUDITOR, Selection.ALL, 10));
    write(services, person(5, "alice", 1), 0, 3);
    invalid("from", () -> export.beginEvidence(AUDITOR, Selection.ALL, 2));
    assertThat(export.beginEvidence(AUDITOR, Selection.ALL, 3)).isEqualTo(export.latestNote());
    assertThat(export.beginEvidence(AUDITOR, keys("key-2"), 1)).isNotEmpty();
  }

  private static List<String> exported(
      TestServices services, Caller caller, ExportFormat format, @Nullable Long upTo)
      throws IOException {
    LogExport.Extent extent = services.get(LogExport.class).begin(caller, Selection.ALL, format);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    services
        .get(RecordStream.class)
        .write(caller, Selection.ALL, format, upTo == null ? extent.upTo() : upTo, out);
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  default void anExportIsEveryRecordThatWasThereAtItsBeginning() throws IOException {
    TestServices services = services();
    write(services, person(5, "alice", 1), 0, 1_001);
    LogExport.Extent extent =
        services.get(LogExport.class).begin(AUDITOR, Selection.ALL, ExportFormat.JSONL);
    assertThat(extent).isEqualTo(new LogExport.Extent(1_001, 1_001));
    services.get(LogKeeper.class).advance();

    List<String> lines = exported(services, AUDITOR, ExportFormat.JSONL, extent.upTo());
    assertThat(lines)
        .extracting(line -> Json.read(line, JsonNode.class).path("sequence").asLong())
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 1_001).boxed().toList());
    assertThat(exported(services, AUDITOR, ExportFormat.CSV, 3L)).as("with its head").hasSize(4);
    assertThat(exported(services, ELSEWHERE, ExportFormat.JSONL, null)).isEmpty();
    services.get(LogKeeper.class).advance();
    assertThat(
            store()
                .column(
                    "SELECT target_name FROM audit_record WHERE action = 'audit.exported'"
                        + " ORDER BY sequence"))
        .startsWith("1001 records")
        .endsWith("0 records")
        .hasSize(4);
  }
}
