package org.apikeys.web.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.apikeys.api.audit.Checkpoint;
import org.apikeys.api.audit.MerkleProof;
import org.apikeys.api.audit.NoteKey;
import org.apikeys.api.audit.SignedNote;
import org.apikeys.api.audit.TreeHash;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;

/** The log as an auditor checks it, who takes nothing on trust. */
record Log(Api auditor) {
  static final String AUDIT = "/api/v1/audit";

  /** The keys that are published, the present one first. */
  List<NoteKey> keys() {
    return auditor
        .get(AUDIT + "/public-key")
        .expect(200)
        .body()
        .lines()
        .map(NoteKey::parse)
        .toList();
  }

  /** The last checkpoint, its signature checked. */
  Checkpoint checkpoint() {
    return read(auditor.get(AUDIT + "/checkpoint"));
  }

  Checkpoint checkpoint(long size) {
    return read(auditor.get(AUDIT + "/checkpoint?size=" + size));
  }

  private Checkpoint read(Answer answer) {
    assertThat(answer.expect(200).requireHeader("content-type")).startsWith("text/plain");
    SignedNote note = SignedNote.parse(answer.body());
    List<NoteKey> keys = keys();
    assertThat(note.verifiedBy(keys)).isPresent();
    Checkpoint checkpoint = Checkpoint.parse(note.text());
    assertThat(checkpoint.origin()).isEqualTo(keys.get(0).name());
    return checkpoint;
  }

  /** Whether the log proves that it has this record. */
  boolean proves(JsonNode event, Checkpoint checkpoint) {
    long index = event.path("sequence").asLong() - 1;
    Answer proof =
        auditor
            .get(AUDIT + "/proof/inclusion?leaf=" + index + "&size=" + checkpoint.size())
            .expect(200);
    assertThat(proof.number("/leaf_index")).isEqualTo(index);
    assertThat(proof.number("/tree_size")).isEqualTo(checkpoint.size());
    assertThat(proof.text("/leaf_hash")).isEqualTo(event.path("leaf_hash").asText());
    return MerkleProof.isIncluded(
        TreeHash.ofBase64(event.path("leaf_hash").asText()),
        index,
        checkpoint.size(),
        hashes(proof.at("/hashes")),
        checkpoint.root());
  }

  /** Whether the log proves that it only grew. */
  boolean grew(Checkpoint from, Checkpoint to) {
    Answer proof =
        auditor
            .get(AUDIT + "/proof/consistency?from=" + from.size() + "&to=" + to.size())
            .expect(200);
    assertThat(proof.number("/from")).isEqualTo(from.size());
    assertThat(proof.number("/to")).isEqualTo(to.size());
    return MerkleProof.isConsistent(
        from.size(), from.root(), to.size(), to.root(), hashes(proof.at("/hashes")));
  }

  private static List<TreeHash> hashes(JsonNode base64) {
    List<TreeHash> hashes = new ArrayList<>();
    base64.forEach(hash -> hashes.add(TreeHash.ofBase64(hash.asText())));
    return hashes;
  }
}
