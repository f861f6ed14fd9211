package org.apikeys.api.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Whatever is handed to an auditor as a checkpoint, it is read or refused, and believed never. */
class CheckpointFuzzTest {
  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log");

  @FuzzTest
  void readsACheckpointOrRefusesIt(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    try {
      SignedNote note = SignedNote.parse(text);
      assertThat(note.verifiedBy(List.of(SIGNER.key()))).isEmpty();
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    try {
      Checkpoint checkpoint = Checkpoint.parse(text);
      assertThat(Checkpoint.parse(checkpoint.text())).isEqualTo(checkpoint);
      assertThat(text).startsWith(checkpoint.text());
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    try {
      assertThat(NoteKey.parse(text)).hasToString(text);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
