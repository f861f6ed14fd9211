package org.apikeys.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.apikeys.crypto.Secret;
import org.apikeys.crypto.SecretSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealTest {
  private static final Secret PASSPHRASE = new Secret("correct horse battery staple");

  private static byte[] sealed(byte[] clear) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    SealedOutput out = new SealedOutput(file, Seal.of(PASSPHRASE, 1, new SecretSource()));
    out.write(clear, 0, clear.length / 2);
    out.write(clear, clear.length / 2, clear.length - clear.length / 2);
    out.finish();
    return file.toByteArray();
  }

  private static byte[] opened(byte[] file) throws IOException {
    try (SealedInput in = new SealedInput(new ByteArrayInputStream(file), PASSPHRASE)) {
      return in.readAllBytes();
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, 100, Seal.CHUNK - 1, Seal.CHUNK, Seal.CHUNK + 1, 2 * Seal.CHUNK, 300_000})
  void opensWhatItSealed(int length) throws IOException {
    byte[] clear = random(length);
    byte[] file = sealed(clear);
    assertThat(opened(file)).isEqualTo(clear);
    if (length >= 16) {
      assertThat(new String(file, StandardCharsets.ISO_8859_1))
          .doesNotContain(new String(Arrays.copyOf(clear, 16), StandardCharsets.ISO_8859_1));
    }
  }

  @Test
  void refusesAChangeOfAnyByte() throws IOException {
    byte[] file = sealed(random(300));
    for (int i = 0; i < file.length; i++) {
      byte[] damaged = file.clone();
      damaged[i] ^= 1;
      assertThatThrownBy(() -> opened(damaged)).as("byte " + i).isInstanceOf(BackupRefused.class);
    }
  }

  @Test
  void refusesWhatWasCutOff() throws IOException {
    byte[] file = sealed(random(2 * Seal.CHUNK + 100));
    int sealedChunk = Seal.CHUNK + Seal.TAG;
    for (int length :
        new int[] {
          0,
          Seal.HEADER - 1,
          Seal.HEADER,
          Seal.HEADER + 1,
          Seal.HEADER + sealedChunk,
          Seal.HEADER + 2 * sealedChunk,
          file.length - 1
        }) {
      assertThatThrownBy(() -> opened(Arrays.copyOf(file, length)))
          .as("the first " + length)
          .isInstanceOf(BackupRefused.class);
    }
    assertThatThrownBy(() -> opened(Arrays.copyOf(file, file.length + 1)))
        .isInstanceOf(BackupRefused.class);
  }

  @Test
  void refusesChunksInAnotherOrder() throws IOException {
    byte[] file = sealed(random(3 * Seal.CHUNK));
    int sealedChunk = Seal.CHUNK + Seal.TAG;
    byte[] swapped = file.clone();
    System.arraycopy(file, Seal.HEADER, swapped, Seal.HEADER + sealedChunk, sealedChunk);
    System.arraycopy(file, Seal.HEADER + sealedChunk, swapped, Seal.HEADER, sealedChunk);
    assertThatThrownBy(() -> opened(swapped))
        .isInstanceOf(BackupRefused.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void tellsAWrongPassphraseFromDamage() throws IOException {
    byte[] file = sealed(random(10));
    assertThatThrownBy(
            () -> new SealedInput(new ByteArrayInputStream(file), new Secret("something else")))
        .isInstanceOf(BackupRefused.class)
        .hasMessageContaining("passphrase");
    assertThatThrownBy(
            () ->
                opened(
                    "PK and so on, which is something else"
                        .repeat(9)
                        .getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(BackupRefused.class)
        .hasMessageContaining("no backup");
  }
}
