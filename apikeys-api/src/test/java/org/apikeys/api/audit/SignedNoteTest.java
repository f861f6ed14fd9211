package org.apikeys.api.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Notes, keys and checkpoints; the golden log was made by another program. */
class SignedNoteTest {
  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log");
  private static final String TEXT = "example.com/log\n3\nrest\n";

  private static String golden(String name) throws IOException {
    try (InputStream file = SignedNoteTest.class.getResourceAsStream("golden-" + name + ".txt")) {
      return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static NoteSigner goldenSigner() throws IOException {
    return NoteSigner.parse(golden("key").strip());
  }

  @Test
  void signsAndChecksTheGoldenCheckpointsToTheByte() throws IOException {
    List<byte[]> leaves =
        golden("leaves").lines().map(line -> line.getBytes(StandardCharsets.UTF_8)).toList();
    NoteSigner signer = goldenSigner();
    for (int size : new int[] {7, 13}) {
      String note = golden("checkpoint-" + size);
      SignedNote read = SignedNote.parse(note);
      assertThat(read.verifiedBy(List.of(signer.key()))).contains(signer.key());
      Checkpoint checkpoint = Checkpoint.parse(read.text());
      assertThat(checkpoint)
          .isEqualTo(
              new Checkpoint("example.com/golden", size, Reference.root(leaves.subList(0, size))));
      assertThat(SignedNote.sign(checkpoint.text(), List.of(signer))).isEqualTo(note);
    }
  }

  @Test
  void checksTheGoldenProofs() throws IOException {
    List<String> leaves = golden("leaves").lines().toList();
    Checkpoint seven = Checkpoint.parse(SignedNote.parse(golden("checkpoint-7")).text());
    Checkpoint all = Checkpoint.parse(SignedNote.parse(golden("checkpoint-13")).text());
    for (String line : golden("proofs").lines().toList()) {
      String[] words = line.split(" ", -1);
      List<TreeHash> proof = Arrays.stream(words).skip(3).map(TreeHash::ofBase64).toList();
      int first = Integer.parseInt(words[1]);
      boolean holds =
          words[0].equals("inclusion")
              ? MerkleProof.isIncluded(
                  TreeHash.ofLeaf(leaves.get(first).getBytes(StandardCharsets.UTF_8)),
                  first,
                  13,
                  proof,
                  all.root())
              : MerkleProof.isConsistent(7, seven.root(), 13, all.root(), proof);
      assertThat(holds).as(words[0]).isTrue();
    }
  }

  @Test
  void holdsForItsKeyAndText() {
    String note = SignedNote.sign(TEXT, List.of(SIGNER));
    assertThat(note).startsWith(TEXT + "\n— example.com/log ");
    assertThat(SignedNote.parse(note).verifiedBy(List.of(SIGNER.key()))).contains(SIGNER.key());

    NoteSigner other = NoteSigner.generate("example.com/log");
    assertThat(SignedNote.parse(note).verifiedBy(List.of(other.key()))).isEmpty();
    assertThat(SignedNote.parse(note.replace("\n3\n", "\n4\n")).verifiedBy(List.of(SIGNER.key())))
        .isEmpty();
  }

  @Test
  void passesOverSignaturesOfOthers() {
    NoteSigner witness = NoteSigner.generate("witness.example");
    SignedNote note = SignedNote.parse(SignedNote.sign(TEXT, List.of(witness, SIGNER)));
    assertThat(note.verifiedBy(List.of(SIGNER.key()))).contains(SIGNER.key());
    assertThat(note.signatures())
        .extracting(SignedNote.Line::name)
        .containsExactly("witness.example", "example.com/log");
  }

  @Test
  void seesEveryFlippedBitOfASignature() {
    String note = SignedNote.sign(TEXT, List.of(SIGNER));
    SignedNote.Line line = SignedNote.parse(note).signatures().get(0);
    for (int bit = 0; bit < 64 * 8; bit++) {
      byte[] signature = line.signature();
      signature[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(SIGNER.key().verifies(TEXT.getBytes(StandardCharsets.UTF_8), signature)).isFalse();
    }
    assertThat(SIGNER.key().verifies(TEXT.getBytes(StandardCharsets.UTF_8), new byte[3])).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text\n",
        "text\n\n",
        "text\n\n— name\n",
        "text\n\n— name !!!!\n",
        "text\n\n— name AAAA\n",
        "text\n\n- name AAAAAAAAAAA=\n",
        "te\u0000xt\n\n— name AAAAAAAAAAA=\n",
        "text\n\n— name AAAAAAAAAAA="
      })
  void refusesWhatIsNoNote(String note) {
    assertThatThrownBy(() -> SignedNote.parse(note)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void writesAndReadsKeys() {
    assertThat(NoteSigner.parse(SIGNER.secretLine()).key()).isEqualTo(SIGNER.key());
    assertThat(NoteKey.parse(SIGNER.key().toString())).isEqualTo(SIGNER.key());
    assertThat(SIGNER.key().toString())
        .matches("example\\.com/log\\+[0-9a-f]{8}\\+[A-Za-z0-9+/]{44}");
    assertThat(SIGNER.toString()).doesNotContain(SIGNER.secretLine().split(" ", -1)[1]);
  }

  @Test
  void refusesKeysThatAreNone() {
    String good = SIGNER.key().toString();
    String[] others = NoteSigner.generate("example.com/log").secretLine().split(" ", -1);
    for (String wrong :
        List.of(
            "",
            "name",
            good.replaceFirst("\\+[0-9a-f]{8}\\+", "+00000000+"),
            good.replaceFirst("example", "another"),
            "a b" + good,
            good + "A")) {
      assertThatThrownBy(() -> NoteKey.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
    for (String wrong : List.of(good, good + " AAAA", good + " " + others[1], good + " a b")) {
      assertThatThrownBy(() -> NoteSigner.parse(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining(others[1]);
    }
    for (String name : List.of("", "a b", "a+b")) {
      assertThatThrownBy(() -> NoteSigner.generate(name))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "origin\n1\n",
        "origin\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "origin\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "origin\n1\n47DEQpj8\n",
        "origin\n9999999999999999999\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
      })
  void refusesWhatIsNoCheckpoint(String text) {
    assertThatThrownBy(() -> Checkpoint.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsACheckpointWithExtensions() {
    Checkpoint checkpoint = new Checkpoint("example.com/log", 0, TreeHash.EMPTY);
    assertThat(Checkpoint.parse(checkpoint.text() + "extension\n")).isEqualTo(checkpoint);
  }

  @Test
  void boundsItsSignatures() {
    String line = SignedNote.sign(TEXT, List.of(SIGNER)).substring(TEXT.length() + 1);
    assertThat(SignedNote.parse(TEXT + "\n" + line.repeat(100)).signatures()).hasSize(100);
    assertThatThrownBy(() -> SignedNote.parse(TEXT + "\n" + line.repeat(101)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void boundsItsLength() {
    String note = SignedNote.sign(TEXT, List.of(SIGNER));
    String longest = "x".repeat(1_000_000 - note.length() - 1) + "\n" + note;
    assertThat(SignedNote.parse(longest).signatures()).hasSize(1);
    assertThatThrownBy(() -> SignedNote.parse("x" + longest))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aKeyIsItsNameAndItsBytes() {
    assertThat(NoteSigner.generate("example.com/log").key()).isNotEqualTo(SIGNER.key());
    assertThat(SIGNER.key()).isNotEqualTo(SIGNER.key().toString());
    assertThat(SIGNER.toString()).contains(SIGNER.key().toString());
  }
}
