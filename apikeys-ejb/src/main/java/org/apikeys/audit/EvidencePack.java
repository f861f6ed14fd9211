package org.apikeys.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.util.List;
import org.apikeys.api.audit.Checkpoint;
import org.apikeys.api.audit.NoteKey;
import org.apikeys.api.audit.SignedNote;
import org.apikeys.api.tenant.Caller;
import org.apikeys.store.Json;

/**
 * A ZIP that an auditor takes home: records with their exact bytes, proofs that they are in the
 * signed log, and a manifest that is signed as well. It is written as it is made.
 */
@ApplicationScoped
public class EvidencePack {
  /** Beyond it proofs would outgrow what an auditor can handle; several packs do. */
  private static final long MOST_RECORDS = 500_000;

  private final LogExport export;
  private final Clock clock;

  @Inject
  public EvidencePack(LogExport export, Clock clock) {
    this.export = export;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected EvidencePack() {
    export = null;
    clock = null;
  }

  /**
   * A pack that is begun: it has been recorded, and nothing of it is written yet.
   *
   * @param note the checkpoint that everything in it is proven against
   * @param upTo the last sequence that belongs to it
   * @param readable whether personal fields are in it in clear
   */
  public record Begun(
      Caller caller, Selection selection, String note, long upTo, boolean readable) {}

  public Begun begin(Caller caller, Selection selection) {
    String note = export.beginEvidence(caller, selection, MOST_RECORDS);
    return new Begun(caller, selection, note, sizeOf(note), true);
  }

  /** A segment from the beginning of what is there, with personal fields as ciphertext alone. */
  Begun segment(Caller caller, long upTo) {
    return new Begun(caller, Selection.ALL, export.latestNote(), upTo, false);
  }

  private static long sizeOf(String note) {
    return Checkpoint.parse(SignedNote.parse(note).text()).size();
  }

  /** Writes the ZIP; the stream stays open. */
  public void write(Begun pack, OutputStream out) throws IOException {
    Checkpoint checkpoint = Checkpoint.parse(SignedNote.parse(pack.note()).text());
    EvidenceZip zip = new EvidenceZip(out);
    zip.add("checkpoint.txt", pack.note());
    zip.add("public-key.txt", publicKeys());
    EvidenceReport report =
        new EvidenceReport(checkpoint, pack.selection(), pack.caller().name(), clock.instant());
    records(pack, zip.entry("records.jsonl"), report);
    zip.close("records.jsonl");
    proofs(pack, checkpoint, zip.entry("proofs.json"));
    zip.close("proofs.json");
    zip.add("report.html", report.html());
    zip.add("README.txt", EvidenceReport.HOW_TO_CHECK);
    zip.finish("MANIFEST.note", export.sign(manifest(checkpoint, report) + zip.hashes()));
  }

  private static String manifest(Checkpoint checkpoint, EvidenceReport report) {
    return checkpoint.origin()
        + " evidence\n"
        + ("size " + checkpoint.size() + "\n")
        + ("count " + report.count() + "\n")
        + ("first " + report.first() + "\n")
        + ("last " + report.last() + "\n");
  }

  private String publicKeys() {
    StringBuilder keys = new StringBuilder();
    for (NoteKey key : export.publicKeys()) {
      keys.append(key).append('\n');
    }
    return keys.toString();
  }

  private void records(Begun pack, OutputStream out, EvidenceReport report) throws IOException {
    long after = 0;
    List<LogExport.Line> page;
    do {
      page = export.page(pack.caller(), pack.selection(), after, pack.upTo(), pack.readable());
      for (LogExport.Line line : page) {
        ObjectNode record = line.shown().deepCopy();
        out.write(Json.MAPPER.writeValueAsBytes(record.put("leaf", line.leaf())));
        out.write('\n');
        report.add(line.sequence(), line.shown());
        after = line.sequence();
      }
    } while (!page.isEmpty());
  }

  private void proofs(Begun pack, Checkpoint checkpoint, OutputStream out) throws IOException {
    JsonGenerator json = Json.MAPPER.createGenerator(out);
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.writeStartObject();
    json.writeStringField("origin", checkpoint.origin());
    json.writeNumberField("tree_size", checkpoint.size());
    json.writeStringField("root", checkpoint.root().base64());
    json.writeArrayFieldStart("proofs");
    long after = 0;
    List<LogExport.Proof> page;
    do {
      page = export.proofs(pack.caller(), pack.selection(), after, pack.upTo(), checkpoint.size());
      for (LogExport.Proof proof : page) {
        write(json, proof, checkpoint.size());
        after = proof.sequence();
      }
    } while (!page.isEmpty());
    json.writeEndArray();
    json.writeEndObject();
    json.close();
  }

  private static void write(JsonGenerator json, LogExport.Proof proof, long size)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("sequence", proof.sequence());
    json.writeNumberField("leaf_index", proof.sequence() - 1);
    json.writeNumberField("tree_size", size);
    json.writeStringField("leaf_hash", proof.leafHash());
    json.writeArrayFieldStart("hashes");
    for (String hash : proof.hashes()) {
      json.writeString(hash);
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
