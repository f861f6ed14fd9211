package org.apikeys.verifier;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apikeys.api.audit.Checkpoint;
import org.apikeys.api.audit.MerkleProof;
import org.apikeys.api.audit.NoteKey;
import org.apikeys.api.audit.NoteSigner;
import org.apikeys.api.audit.SignedNote;
import org.apikeys.api.audit.TreeHash;
import org.jspecify.annotations.Nullable;

/** The command line. */
public final class Main {
  private static final String USAGE =
      """
      usage: java -jar apikeys-verifier.jar verify <evidence.zip> [--key <verifier key>]
             java -jar apikeys-verifier.jar consistency <older checkpoint> <newer checkpoint> <proof.json> --key <verifier key>
             java -jar apikeys-verifier.jar newkey <origin>
      verify       checks an evidence pack
      consistency  checks that the log of the newer checkpoint begins with that of the older one
      newkey       prints a line for the server's audit.key, to rotate the log's key; it is secret
      exit code    0 sound, 1 altered, 2 gap, 3 signature, 4 usage
      """;

  private final PrintStream out;
  private final PrintStream err;

  private Main(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  public static void main(String[] words) {
    System.exit(run(List.of(words), System.out, System.err).exitCode());
  }

  /** Runs one command. */
  public static Verdict run(List<String> words, PrintStream out, PrintStream err) {
    try {
      new Main(out, err).run(words);
      return Verdict.SOUND;
    } catch (Finding e) {
      err.println(e.verdict() + ": " + printable(e.getMessage()));
      if (e.verdict() == Verdict.USAGE) {
        err.print(USAGE);
      }
      return e.verdict();
    }
  }

  /** Of a pack as it came: nothing in it may move a terminal to write another verdict. */
  private static String printable(@Nullable String text) {
    return String.valueOf(text).replaceAll("[\\p{Cc}\\p{Cf}\\u2028\\u2029]", "?");
  }

  private void run(List<String> words) throws Finding {
    List<String> rest = new ArrayList<>(words);
    NoteKey key = key(rest);
    String command = rest.isEmpty() ? "" : rest.remove(0);
    switch (command + " " + rest.size()) {
      case "verify 1" -> verify(Path.of(rest.get(0)), key);
      case "consistency 3" -> consistency(rest.stream().map(Path::of).toList(), key);
      case "newkey 1" -> newKey(rest.get(0));
      default -> throw Finding.usage("no such command: " + String.join(" ", words));
    }
  }

  private static @Nullable NoteKey key(List<String> words) throws Finding {
    int at = words.indexOf("--key");
    if (at < 0) {
      return null;
    }
    if (at + 1 >= words.size()) {
      throw Finding.usage("--key needs a verifier key");
    }
    words.remove(at);
    try {
      return NoteKey.parse(words.remove(at));
    } catch (IllegalArgumentException e) {
      throw Finding.usage("--key: " + e.getMessage());
    }
  }

  private void verify(Path file, @Nullable NoteKey key) throws Finding {
    if (!Files.isRegularFile(file)) {
      throw Finding.usage("there is no file " + file);
    }
    EvidenceCheck.Summary summary = EvidenceCheck.of(file, key, err);
    Manifest manifest = summary.manifest();
    out.println(
        "SOUND: "
            + manifest.count()
            + " records"
            + (manifest.count() == 0
                ? ""
                : ", sequence " + manifest.first() + " to " + manifest.last())
            + (manifest.isComplete() ? " without a gap" : ""));
    out.println(
        "in the log "
            + printable(summary.checkpoint().origin())
            + " of "
            + manifest.size()
            + " records");
    out.println("signed by " + printable(summary.key().toString()));
    if (key == null) {
      out.println(
          "That key came with the pack. Compare it with the one that you were told by another way,"
              + " or pass that with --key.");
    }
  }

  private void consistency(List<Path> files, @Nullable NoteKey key) throws Finding {
    if (key == null) {
      throw Finding.usage("consistency needs --key");
    }
    Checkpoint older = checkpoint(files.get(0), key);
    Checkpoint newer = checkpoint(files.get(1), key);
    if (!MerkleProof.isConsistent(
        older.size(), older.root(), newer.size(), newer.root(), hashes(files.get(2)))) {
      throw Finding.altered(
          "the log of " + newer.size() + " records does not begin with that of " + older.size());
    }
    out.println("SOUND: records 1 to " + older.size() + " are the same in both");
  }

  private static Checkpoint checkpoint(Path file, NoteKey key) throws Finding {
    try {
      SignedNote note = SignedNote.parse(read(file));
      if (note.verifiedBy(List.of(key)).isEmpty()) {
        throw Finding.signature(file + " is not signed by the key");
      }
      return Checkpoint.parse(note.text());
    } catch (IllegalArgumentException e) {
      throw Finding.signature(file + " is no signed checkpoint: " + e.getMessage());
    }
  }

  private static List<TreeHash> hashes(Path file) throws Finding {
    try {
      List<TreeHash> hashes = new ArrayList<>();
      for (JsonNode hash : new ObjectMapper().readTree(read(file)).path("hashes")) {
        hashes.add(TreeHash.ofBase64(hash.asText()));
      }
      return hashes;
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw Finding.altered(file + " is no proof");
    }
  }

  private static String read(Path file) throws Finding {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw Finding.usage(file + " can't be read");
    }
  }

  private void newKey(String origin) throws Finding {
    try {
      out.println(NoteSigner.generate(origin).secretLine());
    } catch (IllegalArgumentException e) {
      throw Finding.usage("an origin has no spaces and no +");
    }
  }
}
