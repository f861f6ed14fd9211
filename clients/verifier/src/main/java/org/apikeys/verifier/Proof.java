package org.apikeys.verifier;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apikeys.api.audit.TreeHash;

/**
 * What shows that one record is in the log.
 *
 * @param sequence of the record; 0 when it has none
 * @param leafHash base64; empty when it has none
 * @param hashes the path to the root
 */
record Proof(long sequence, String leafHash, List<TreeHash> hashes) {
  /** A path in the largest tree that there can be. */
  private static final int MOST_HASHES = 64;

  Proof {
    hashes = List.copyOf(hashes);
  }

  /**
   * Reads the object that the parser stands in front of; of a longer one no more than a proof has.
   *
   * @throws IllegalArgumentException when a hash is none
   */
  static Proof read(JsonParser proofs) throws Finding, IOException {
    long sequence = 0;
    String leafHash = "";
    List<TreeHash> hashes = List.of();
    while (proofs.nextToken() == JsonToken.FIELD_NAME) {
      String name = proofs.currentName();
      JsonToken value = proofs.nextToken();
      if (name.equals("sequence") && value == JsonToken.VALUE_NUMBER_INT) {
        sequence = proofs.getLongValue();
      } else if (name.equals("leaf_hash") && value == JsonToken.VALUE_STRING) {
        leafHash = proofs.getText();
      } else if (name.equals("hashes") && value == JsonToken.START_ARRAY) {
        hashes = hashes(proofs);
      } else {
        proofs.skipChildren();
      }
    }
    return new Proof(sequence, leafHash, hashes);
  }

  private static List<TreeHash> hashes(JsonParser proofs) throws Finding, IOException {
    List<TreeHash> hashes = new ArrayList<>();
    while (proofs.nextToken() == JsonToken.VALUE_STRING) {
      if (hashes.size() == MOST_HASHES) {
        throw Finding.altered("proofs.json has a proof of more than " + MOST_HASHES + " hashes");
      }
      hashes.add(TreeHash.ofBase64(proofs.getText()));
    }
    if (proofs.currentToken() != JsonToken.END_ARRAY) {
      throw Finding.altered("proofs.json has a proof with something else than hashes");
    }
    return hashes;
  }
}
