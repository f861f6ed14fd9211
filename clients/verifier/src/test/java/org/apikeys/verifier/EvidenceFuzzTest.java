package org.apikeys.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apikeys.api.audit.NoteSigner;
import org.apikeys.api.audit.SignedNote;

/**
 * Whatever is handed to the verifier as a pack, it comes to a verdict. The notes are signed, so
 * that what is behind the signatures is reached too; sound is none of them.
 */
class EvidenceFuzzTest {
  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log");
  private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());
  private static final String HASH = "1xYmn0Dy8AeS0Yzjm3Eol8sCTvcsXyQjS6O9AqUNzlY=";

  @FuzzTest
  void comesToAVerdict(FuzzedDataProvider data) throws IOException {
    Path file = Files.createTempFile("evidence", ".zip");
    try {
      if (data.consumeInt(0, 9) == 0) {
        Files.write(file, data.consumeRemainingAsBytes());
      } else {
        write(file, data);
      }
      Verdict verdict =
          Main.run(
              List.of("verify", file.toString(), "--key", SIGNER.key().toString()),
              NOWHERE,
              NOWHERE);
      assertThat(verdict).isNotIn(Verdict.SOUND, Verdict.USAGE);
    } finally {
      Files.delete(file);
    }
  }

  private static void write(Path file, FuzzedDataProvider data) throws IOException {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("public-key.txt", SIGNER.key() + "\n");
    entries.put(
        "checkpoint.txt", signed("example.com/log\n1\n" + HASH + "\n", data.consumeString(40)));
    entries.put(
        "MANIFEST.note",
        signed(
            "example.com/log evidence\nsize 1\ncount 1\nfirst 1\nlast 1\n",
            data.consumeString(80)));
    entries.put("proofs.json", data.consumeString(500));
    entries.put("records.jsonl", data.consumeRemainingAsString());
    try (OutputStream bytes = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  /** The text with something behind it, or that alone. */
  private static String signed(String text, String more) {
    String whole = more.startsWith("!") ? more.substring(1) : text + more;
    String lines = whole.endsWith("\n") ? whole : whole + "\n";
    try {
      return SignedNote.sign(lines, List.of(SIGNER));
    } catch (IllegalArgumentException e) {
      return whole;
    }
  }
}
