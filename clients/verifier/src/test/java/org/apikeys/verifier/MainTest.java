package org.apikeys.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.apikeys.api.audit.Checkpoint;
import org.apikeys.api.audit.NoteKey;
import org.apikeys.api.audit.NoteSigner;
import org.apikeys.api.audit.SignedNote;
import org.apikeys.api.audit.TreeHash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line; what it says of real packs is tested with the server that makes them. */
class MainTest {
  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log");

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

  @TempDir
  @SuppressWarnings("NullAway.Init") // set before each test
  Path folder;

  private Verdict run(String... words) {
    return Main.run(List.of(words), out, out);
  }

  private String printed() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  /** A pack of one record in a log of one record. */
  private Path pack(String shown, String leaf) throws Exception {
    TreeHash root = TreeHash.ofLeaf(leaf.getBytes(StandardCharsets.UTF_8));
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put(
        "checkpoint.txt",
        SignedNote.sign(new Checkpoint("example.com/log", 1, root).text(), List.of(SIGNER)));
    entries.put("public-key.txt", SIGNER.key() + "\n");
    entries.put(
        "records.jsonl",
        shown.replaceFirst(
                "}$",
                ",\"sequence\":1,\"leaf_hash\":\""
                    + root.base64()
                    + "\",\"leaf\":\""
                    + Base64.getEncoder().encodeToString(leaf.getBytes(StandardCharsets.UTF_8))
                    + "\"}")
            + "\n");
    entries.put(
        "proofs.json",
        "{\"root\":\""
            + root.base64()
            + "\",\"proofs\":[{\"sequence\":1,\"leaf_hash\":\""
            + root.base64()
            + "\",\"hashes\":[]}]}");
    StringBuilder manifest =
        new StringBuilder("example.com/log evidence\nsize 1\ncount 1\nfirst 1\nlast 1\n");
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(entry.getValue().getBytes(StandardCharsets.UTF_8));
      manifest
          .append(entry.getKey())
          .append(' ')
          .append(Base64.getEncoder().encodeToString(hash))
          .append(" -\n");
    }
    entries.put("MANIFEST.note", SignedNote.sign(manifest.toString(), List.of(SIGNER)));
    Path file = folder.resolve("evidence.zip");
    try (OutputStream bytes = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return file;
  }

  @Test
  void saysThatAPackIsSound() throws Exception {
    Path pack =
        pack(
            "{\"action\":\"a.b\",\"actor\":{\"id\":\"x\",\"name\":\"n\"}}",
            "{\"action\":\"a.b\",\"actor\":{\"id\":\"x\"},\"v\":2,\"sealed\":{}}");
    assertThat(run("verify", pack.toString(), "--key", SIGNER.key().toString()))
        .isEqualTo(Verdict.SOUND);
    assertThat(printed()).contains("SOUND: 1 records, sequence 1 to 1 without a gap");
    assertThat(run("verify", pack.toString())).isEqualTo(Verdict.SOUND);
    assertThat(printed()).contains("came with the pack");
  }

  @Test
  void seesThatAnotherActionIsShownThanWasHashed() throws Exception {
    Path pack = pack("{\"action\":\"a.c\"}", "{\"action\":\"a.b\"}");
    assertThat(run("verify", pack.toString())).isEqualTo(Verdict.ALTERED);
    assertThat(printed()).contains("shows another action");
  }

  /** A ZIP of a few kilobytes may hold gigabytes: no more of it is kept than a pack can need. */
  @Test
  void readsNoMoreThanARecordAndAProofCanHave() throws Exception {
    Path pack = pack("{\"action\":\"a.b\"}", "{\"action\":\"a.b\"}");
    Path line = with(pack, "records.jsonl", " ".repeat((16 << 20) + 1));
    assertThat(run("verify", line.toString())).isEqualTo(Verdict.ALTERED);
    assertThat(printed()).contains("longer than a record can be");
    String hash = "\"" + TreeHash.ofLeaf(new byte[1]).base64() + "\"";
    Path path =
        with(
            pack,
            "proofs.json",
            "{\"proofs\":[{\"sequence\":1,\"hashes\":[" + (hash + ",").repeat(64) + hash + "]}]}");
    assertThat(run("verify", path.toString())).isEqualTo(Verdict.ALTERED);
    assertThat(printed()).contains("more than 64 hashes");
    Path other = with(pack, "proofs.json", "{\"proofs\":[{\"sequence\":1,\"hashes\":[[]]}]}");
    assertThat(run("verify", other.toString())).isEqualTo(Verdict.ALTERED);
  }

  /** Who reads a ZIP from its front, as many programs do, would read something else. */
  @Test
  void seesThatAPackIsAnotherOneToWhoReadsItFromItsFront() throws Exception {
    Path pack = pack("{\"action\":\"a.b\"}", "{\"action\":\"a.b\"}");
    byte[] sound = Files.readAllBytes(pack);
    byte[] other = Files.readAllBytes(with(pack, "records.jsonl", "{\"action\":\"a.c\"}"));
    assertAltered(joined("#!/bin/sh\n".getBytes(StandardCharsets.UTF_8), sound));
    assertAltered(joined(other, sound));

    byte[] commented = joined(sound, "a word".getBytes(StandardCharsets.UTF_8));
    commented[sound.length - 2] = 6;
    assertAltered(commented);

    byte[] renamed = sound.clone();
    int local = new String(sound, StandardCharsets.ISO_8859_1).indexOf("records.jsonl");
    renamed[local] = 'R';
    assertAltered(renamed);
  }

  private void assertAltered(byte[] pack) throws IOException {
    Path file = Files.write(folder.resolve("other.zip"), pack);
    assertThat(run("verify", file.toString(), "--key", SIGNER.key().toString()))
        .isEqualTo(Verdict.ALTERED);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  @Test
  void printsNothingOfAPackThatMovesATerminal() throws Exception {
    Path pack = pack("{\"action\":\"a.b\"}", "{\"action\":\"a.b\"}");
    Path odd = folder.resolve("odd.zip");
    try (ZipFile from = new ZipFile(pack.toFile());
        ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(odd))) {
      for (ZipEntry entry : from.stream().toList()) {
        zip.putNextEntry(new ZipEntry(entry.getName()));
        zip.write(from.getInputStream(entry).readAllBytes());
      }
      zip.putNextEntry(new ZipEntry("\u001b[2J\u009b1ASOUND: 9 records\r\n\u202e"));
    }
    assertThat(run("verify", odd.toString())).isEqualTo(Verdict.ALTERED);
    assertThat(printed().strip())
        .isEqualTo("ALTERED: ?[2J?1ASOUND: 9 records??? is not in the manifest");
  }

  /** The pack with another entry of that name. */
  private Path with(Path pack, String name, String content) throws IOException {
    Path changed = folder.resolve("changed.zip");
    try (ZipFile from = new ZipFile(pack.toFile());
        OutputStream bytes = Files.newOutputStream(changed);
        ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (ZipEntry entry : from.stream().toList()) {
        zip.putNextEntry(new ZipEntry(entry.getName()));
        zip.write(
            entry.getName().equals(name)
                ? content.getBytes(StandardCharsets.UTF_8)
                : from.getInputStream(entry).readAllBytes());
      }
    }
    return changed;
  }

  @Test
  void makesAKeyForTheServersFile() {
    assertThat(run("newkey", "example.com/log")).isEqualTo(Verdict.SOUND);
    NoteKey key = NoteSigner.parse(printed().strip()).key();
    assertThat(key.name()).isEqualTo("example.com/log");
  }

  @Test
  void tellsHowItIsUsed() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "text");
    for (String[] call :
        new String[][] {
          {},
          {"verify"},
          {"verify", "missing.zip"},
          {"verify", text.toString(), "--key"},
          {"verify", text.toString(), "--key", "no key"},
          {"newkey", "a name"},
          {"consistency", "a", "b", "c"},
          {"destroy"}
        }) {
      assertThat(run(call)).as(String.join(" ", call)).isEqualTo(Verdict.USAGE);
      assertThat(printed()).contains("usage:");
    }
    assertThat(run("verify", text.toString())).isEqualTo(Verdict.ALTERED);
  }

  @Test
  void hasTheExitCodesOfTheGuide() {
    assertThat(Verdict.values()).extracting(Verdict::exitCode).containsExactly(0, 1, 2, 3, 4);
  }
}
