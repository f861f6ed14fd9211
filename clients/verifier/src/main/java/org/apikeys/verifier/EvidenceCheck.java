package org.apikeys.verifier;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipException;
import org.apikeys.api.audit.Checkpoint;
import org.apikeys.api.audit.MerkleProof;
import org.apikeys.api.audit.NoteKey;
import org.apikeys.api.audit.SignedNote;
import org.apikeys.api.audit.TreeHash;
import org.jspecify.annotations.Nullable;

/** Checks one evidence pack, the signatures first and then every record. */
final class EvidenceCheck {
  private static final String MANIFEST = "MANIFEST.note";
  private static final long PROGRESS = 10_000;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** For what is read one by one out of a larger value. */
  private static final JsonMapper ELEMENTS =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final PackFile pack;
  private final List<NoteKey> keys;
  private final PrintStream progress;

  private EvidenceCheck(PackFile pack, List<NoteKey> keys, PrintStream progress) {
    this.pack = pack;
    this.keys = keys;
    this.progress = progress;
  }

  /** What was checked, for people. */
  record Summary(Manifest manifest, Checkpoint checkpoint, NoteKey key) {}

  /**
   * Checks.
   *
   * @param trusted the key that the auditor knows; null: the one in the pack is believed
   */
  static Summary of(Path file, @Nullable NoteKey trusted, PrintStream progress) throws Finding {
    try (PackFile pack = PackFile.open(file)) {
      List<NoteKey> keys =
          trusted == null ? published(pack.text("public-key.txt")) : List.of(trusted);
      Summary summary = new EvidenceCheck(pack, keys, progress).check();
      pack.requireReadAlike();
      return summary;
    } catch (ZipException e) {
      throw Finding.altered("the file is no whole ZIP: " + e.getMessage());
    } catch (IOException e) {
      throw Finding.altered("the file can't be read: " + e.getMessage());
    }
  }

  private static List<NoteKey> published(String text) throws Finding {
    try {
      return text.lines().map(NoteKey::parse).toList();
    } catch (IllegalArgumentException e) {
      throw Finding.signature("public-key.txt holds no verifier key: " + e.getMessage());
    }
  }

  private Summary check() throws Finding, IOException {
    SignedNote checkpointNote = note("checkpoint.txt");
    SignedNote manifestNote = note(MANIFEST);
    NoteKey key = requireSigned(checkpointNote, "checkpoint.txt");
    requireSigned(manifestNote, MANIFEST);
    Checkpoint checkpoint = checkpoint(checkpointNote);
    Manifest manifest = Manifest.parse(manifestNote.text());
    if (!checkpoint.origin().equals(key.name()) || !manifest.origin().equals(key.name())) {
      throw Finding.signature("the checkpoint or the manifest is of another log than the key");
    }
    if (manifest.size() != checkpoint.size()) {
      throw Finding.altered("the manifest belongs to another checkpoint");
    }
    records(manifest, checkpoint);
    entries(manifest);
    return new Summary(manifest, checkpoint, key);
  }

  private SignedNote note(String name) throws Finding, IOException {
    try {
      return SignedNote.parse(pack.text(name));
    } catch (IllegalArgumentException e) {
      throw Finding.signature(name + " is no signed note: " + e.getMessage());
    }
  }

  private NoteKey requireSigned(SignedNote note, String name) throws Finding {
    return note.verifiedBy(keys)
        .orElseThrow(() -> Finding.signature(name + " is not signed by the key of the log"));
  }

  private static Checkpoint checkpoint(SignedNote note) throws Finding {
    try {
      return Checkpoint.parse(note.text());
    } catch (IllegalArgumentException e) {
      throw Finding.altered("checkpoint.txt is no checkpoint: " + e.getMessage());
    }
  }

  private void records(Manifest manifest, Checkpoint checkpoint) throws Finding, IOException {
    try (BufferedReader text =
            new BufferedReader(
                new InputStreamReader(pack.stream("records.jsonl"), StandardCharsets.UTF_8));
        JsonParser proofs = ELEMENTS.createParser(pack.stream("proofs.json"))) {
      toProofs(proofs, checkpoint);
      Lines lines = new Lines(text);
      long count = 0;
      long before = 0;
      String line = lines.next();
      while (line != null) {
        JsonNode record = JSON.readTree(line);
        long sequence = record.path("sequence").asLong();
        if (sequence <= before) {
          throw Finding.altered("record " + sequence + " stands behind record " + before);
        }
        boolean first = before == 0;
        if (manifest.isComplete() && sequence != (first ? manifest.first() : before + 1)) {
          throw Finding.gap("records are missing before sequence " + sequence);
        }
        prove(record, sequence, proofs, checkpoint);
        before = sequence;
        count++;
        if (count % PROGRESS == 0) {
          progress.println(count + " of " + manifest.count() + " records hold");
        }
        line = lines.next();
      }
      if (count < manifest.count()) {
        throw Finding.gap((manifest.count() - count) + " records are missing at the end");
      }
      if (count > manifest.count() || proofs.nextToken() != JsonToken.END_ARRAY) {
        throw Finding.altered("there are more records or proofs than the manifest says");
      }
    } catch (JsonProcessingException e) {
      throw Finding.altered("records.jsonl or proofs.json is no JSON: " + e.getOriginalMessage());
    }
  }

  /** Goes to the first proof. */
  private static void toProofs(JsonParser proofs, Checkpoint checkpoint)
      throws Finding, IOException {
    while (proofs.nextToken() != null) {
      if (proofs.currentToken() == JsonToken.VALUE_STRING
          && "root".equals(proofs.currentName())
          && !proofs.getText().equals(checkpoint.root().base64())) {
        throw Finding.altered("proofs.json is for another root");
      }
      if (proofs.currentToken() == JsonToken.START_ARRAY && "proofs".equals(proofs.currentName())) {
        return;
      }
    }
    throw Finding.altered("proofs.json has no proofs");
  }

  private static Proof next(JsonParser proofs, long sequence) throws Finding, IOException {
    if (proofs.nextToken() != JsonToken.START_OBJECT) {
      throw Finding.altered("there is no proof for record " + sequence);
    }
    Proof proof = Proof.read(proofs);
    long proven = proof.sequence();
    if (proven < sequence) {
      throw Finding.gap("record " + proven + " is missing");
    }
    if (proven > sequence) {
      throw Finding.altered("there is no proof for record " + sequence);
    }
    return proof;
  }

  private static void prove(
      JsonNode record, long sequence, JsonParser proofs, Checkpoint checkpoint)
      throws Finding, IOException {
    try {
      Proof proof = next(proofs, sequence);
      byte[] leaf = Base64.getDecoder().decode(record.path("leaf").asText());
      TreeHash hash = TreeHash.ofLeaf(leaf);
      if (!hash.base64().equals(record.path("leaf_hash").asText())
          || !hash.base64().equals(proof.leafHash())) {
        throw Finding.altered("record " + sequence + " is not what its hash was made over");
      }
      if (!MerkleProof.isIncluded(
          hash, sequence - 1, checkpoint.size(), proof.hashes(), checkpoint.root())) {
        throw Finding.altered("record " + sequence + " is not in the signed log");
      }
      shows(record, JSON.readTree(leaf), sequence);
    } catch (IllegalArgumentException e) {
      throw Finding.altered("record " + sequence + " has something that is no base64 hash");
    }
  }

  /** What people read is what was hashed; encrypted parts are held by the manifest alone. */
  private static void shows(JsonNode record, JsonNode leaf, long sequence) throws Finding {
    for (Map.Entry<String, JsonNode> field : leaf.properties()) {
      String name = field.getKey();
      boolean own = name.equals("v") || name.equals("sealed");
      if (!own && !contains(record.path(name), field.getValue())) {
        throw Finding.altered("record " + sequence + " shows another " + name + " than was hashed");
      }
    }
  }

  private static boolean contains(JsonNode shown, JsonNode hashed) {
    if (!hashed.isObject() || !shown.isObject()) {
      return shown.equals(hashed);
    }
    for (Map.Entry<String, JsonNode> field : hashed.properties()) {
      if (!contains(shown.path(field.getKey()), field.getValue())) {
        return false;
      }
    }
    return true;
  }

  /** Every other entry is what the manifest says, and there is nothing else. */
  private void entries(Manifest manifest) throws Finding, IOException {
    for (String name : pack.names()) {
      if (!name.equals(MANIFEST)) {
        String expected = manifest.hashes().get(name);
        if (expected == null) {
          throw Finding.altered(name + " is not in the manifest");
        }
        if (!expected.equals(pack.hash(name))) {
          throw Finding.altered(name + " is not what the manifest was signed over");
        }
      }
    }
    for (String name : manifest.hashes().keySet()) {
      if (!pack.names().contains(name)) {
        throw Finding.altered(name + " is missing");
      }
    }
  }
}
