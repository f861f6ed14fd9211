package org.apikeys.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFilesTest {
  private static final String STRONG = Base64.getEncoder().encodeToString(new byte[32]);

  @TempDir
  @SuppressWarnings("NullAway.Init") // set before each test
  Path folder;

  @Test
  void canBeReadByTheOwnerAlone() throws IOException {
    Path file = folder.resolve("deep").resolve("some.key");
    KeyFile.readOrCreate(file, () -> "material");

    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(file.resolveSibling("x").getParent()).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void survivesADraftThatWasLeftBehind() throws IOException {
    Path file = folder.resolve("some.key");
    Files.writeString(folder.resolve("some.key.new"), "half wri");

    assertThat(KeyFile.readOrCreate(file, () -> "whole")).containsExactly("whole");
    assertThat(KeyFile.readOrCreate(file, () -> "another")).containsExactly("whole");
  }

  @Test
  void skipsCommentsAndEmptyLines() throws IOException {
    Path file = folder.resolve("some.key");
    Files.writeString(file, "# a comment\n\n  one  \ntwo\n");

    assertThat(KeyFile.readOrCreate(file, () -> "never")).containsExactly("one", "two");
  }

  @Test
  void isMadeOnceByTwoAtTheSameTime() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int i = 0; i < 50; i++) {
        Path file = folder.resolve("key-" + i);
        CyclicBarrier together = new CyclicBarrier(2);
        List<Future<List<String>>> both = new ArrayList<>();
        for (String mine : List.of("first", "second")) {
          both.add(
              threads.submit(
                  () -> {
                    together.await();
                    return KeyFile.readOrCreate(file, () -> mine);
                  }));
        }
        Set<List<String>> seen = new HashSet<>();
        for (Future<List<String>> one : both) {
          seen.add(one.get());
        }
        assertThat(seen).as("round " + i).containsExactly(List.of(Files.readString(file).strip()));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1:short",
        "0:@",
        "x:@",
        "1:@\n1:@",
        "1:@\nrubbish",
        "-1:@",
        "1 :@",
        "1:!@",
        "1:AAAAAAAAAAAAAAAAAAAAAAAA"
      })
  void aBadPepperFileIsRefusedWithoutShowingIt(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("pepper"), content.replace("@", STRONG));

    assertThatThrownBy(() -> Pepper.load(file, new SecretSource()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("AAAA");
  }

  @Test
  void aPepperWithBrokenBase64IsRefusedWithItsPlace() throws IOException {
    Path file = Files.writeString(folder.resolve("pepper"), "1:AAAA=AAAAAAAAAAAAAAAAAAAAAAAA");

    assertThatThrownBy(() -> Pepper.load(file, new SecretSource()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void theHighestPepperHashesAndTheOthersRecognise() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("pepper"),
            "2:" + STRONG + "\n1:" + Base64.getEncoder().encodeToString(new byte[40]));
    Pepper pepper = Pepper.load(file, new SecretSource());

    assertThat(pepper.current()).isEqualTo(2);
    assertThat(pepper.versions()).containsExactly(2, 1);
    assertThat(pepper.digest(2, "x")).hasSize(64).isNotEqualTo(pepper.digest(2, "y"));
    assertThat(pepper).hasToString("Pepper[1, 2]");
    assertThatThrownBy(() -> pepper.digest(3, "x")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void opensWhatItSealedAndNothingElse() {
    SealingKey key = SealingKey.load(folder.resolve("encryption"), new SecretSource());
    byte[] sealed = key.seal(new Secret("pk_live_x"), "key-1");

    assertThat(key.open(sealed, "key-1").reveal()).isEqualTo("pk_live_x");
    assertThat(key.seal(new Secret("pk_live_x"), "key-1")).isNotEqualTo(sealed);
    assertThatThrownBy(() -> key.open(sealed, "key-2")).hasMessage("a sealed value does not open");
    for (int i = 0; i < sealed.length; i++) {
      byte[] tampered = sealed.clone();
      tampered[i] ^= 1;
      assertThatThrownBy(() -> key.open(tampered, "key-1"))
          .as("byte " + i)
          .isInstanceOf(IllegalStateException.class);
    }
    SealingKey other = SealingKey.load(folder.resolve("other"), new SecretSource());
    assertThatThrownBy(() -> other.open(sealed, "key-1")).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AAAA", "no base64!", "{}"})
  void aBadKeyFileIsRefusedWithItsName(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("bad.key"), content);

    assertThatThrownBy(() -> SealingKey.load(file, new SecretSource()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("bad.key");
    assertThatThrownBy(() -> SigningKey.load(file))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("bad.key");
  }

  /** Reads a key file, made when there is none, and tells the key in it from every other. */
  private interface Reader {
    Object read(Path file);
  }

  static Stream<Arguments> readers() {
    SecretSource random = new SecretSource();
    Reader pepper = file -> Pepper.load(file, random).fingerprint(1);
    Reader sealing =
        file -> {
          SealingKey.load(file, random);
          return List.of();
        };
    Reader signing = file -> SigningKey.load(file).publicPem();
    Reader log = file -> LogKeys.load(file, "test/log").signers().get(0).secretLine();
    return Stream.of(
        Arguments.of("pepper", pepper),
        Arguments.of("encryption", sealing),
        Arguments.of("jwt", signing),
        Arguments.of("audit", log));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("readers")
  void aFileThatWasHalfWrittenIsRefusedAtEveryLengthAndNeverMadeAnew(String name, Reader reader)
      throws IOException {
    Path file = folder.resolve(name + ".key");
    Object whole = reader.read(file);
    byte[] bytes = Files.readAllBytes(file);
    int refused = 0;
    for (int length = 0; length < bytes.length; length++) {
      byte[] half = Arrays.copyOf(bytes, length);
      Files.write(file, half);
      try {
        // without the end of the line, or the padding of base64, nothing is missing
        assertThat(reader.read(file)).as("%s bytes of %s", length, bytes.length).isEqualTo(whole);
        assertThat(bytes.length - length).as("what is missing").isLessThanOrEqualTo(3);
      } catch (IllegalStateException e) {
        assertThat(e).as("%s bytes", length).hasMessageContaining(file.toString());
        refused++;
      }
      assertThat(Files.readAllBytes(file)).as("the file is as it was").isEqualTo(half);
    }
    assertThat(refused).isGreaterThanOrEqualTo(bytes.length - 3);
  }

  @Test
  void aSealedValueThatIsTooShortDoesNotOpen() {
    SealingKey key = SealingKey.load(folder.resolve("encryption"), new SecretSource());

    assertThatThrownBy(() -> key.open(new byte[5], "key-1"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void nothingSecretShowsItself() {
    assertThat(new Secret("sk_live_secret")).hasToString("[secret]");
    assertThat(SealingKey.load(folder.resolve("e"), new SecretSource()))
        .hasToString("SealingKey[secret]");
  }

  @Test
  void signsWhatItsPublicKeyVerifies() throws Exception {
    Path file = folder.resolve("jwt");
    SigningKey key = SigningKey.load(file);
    String token = key.sign(new JWTClaimsSet.Builder().subject("7").build());

    JWKSet keys = JWKSet.parse(key.publicKeys());
    SignedJWT read = SignedJWT.parse(token);
    assertThat(read.verify(new RSASSAVerifier(keys.getKeys().get(0).toRSAKey()))).isTrue();
    assertThat(read.getHeader().getKeyID()).isEqualTo(keys.getKeys().get(0).getKeyID());
    assertThat(keys.getKeys().get(0).isPrivate()).isFalse();
    assertThat(key.publicPem()).startsWith("-----BEGIN PUBLIC KEY-----\n");
    assertThat(SigningKey.load(file).publicPem()).as("the same again").isEqualTo(key.publicPem());
    assertThat(key.toString()).doesNotContain("\"d\"");
  }
}
