package org.apikeys.key;

import static org.apikeys.key.Orders.aKey;
import static org.apikeys.key.Orders.admin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.crypto.ForeignHashes;
import org.apikeys.crypto.Secret;
import org.apikeys.key.KeyImport.ForeignKey;
import org.apikeys.key.KeyImport.Result;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** Values that people chose, and keys that came as hashes. */
interface ForeignKeysContract {
  String STRONG = "Vq7z-Lk29xPw8+TmB4ry/Jd63sHf";
  Secret OLD = new Secret("acme_9dk2LmX0qPz7RbW4");
  Secret STRANGE = new Secret("acme_hmac_77Xk29dLpQ");

  TestStore store();

  private TestServices services() {
    TestServices services = new TestServices(store().emptied());
    store().addPerson(1, TestStore.DEFAULT, "admin", "admin");
    return services;
  }

  private static String sha256(Secret key) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256")
                .digest(key.reveal().getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  default void aChosenValueIsFoundAndSlowlyHashed() {
    TestServices services = services();
    IssuedKey issued =
        services.get(KeyIssuer.class).issue(admin(), aKey("chosen"), new Secret(STRONG));

    assertThat(issued.secret().reveal()).isEqualTo(STRONG);
    assertThat(issued.view().keyPrefix()).isEqualTo("Vq7z-L");
    for (int i = 0; i < 2; i++) {
      assertThat(services.get(KeySnapshots.class).find(new Secret(STRONG))).isPresent();
    }
    assertThat((String) store().column("SELECT slow_hash FROM key_secret").get(0)).startsWith("$2");
    assertThat(services.get(KeySnapshots.class).find(new Secret(STRONG + "x"))).isEmpty();
  }

  @Test
  default void aTakenValueIsAConflict() {
    TestServices services = services();
    KeyIssuer issuer = services.get(KeyIssuer.class);
    issuer.issue(admin(), aKey("first"), new Secret(STRONG));

    assertThatThrownBy(() -> issuer.issue(admin(), aKey("second"), new Secret(STRONG)))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.CONFLICT));
  }

  @Test
  default void aGuessableValueIsRefused() {
    TestServices services = services();
    for (String weak :
        List.of(
            "short",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "abcdefghijklmnopqrstuvwxyz",
            "password1234password1234",
            "correct-horse-battery-staple",
            "123456789012345678901234567890",
            "qwertyuiopasdfghjklzxcvbnm",
            "2026-11-22T22:04:25.630Z-key",
            "admin@example.com-key-for-production",
            "Billing.Service_Production/Secret-Token.of.Berlin",
            "with space " + STRONG,
            "x".repeat(300),
            "pk_" + STRONG)) {
      assertThatThrownBy(
              () -> services.get(KeyIssuer.class).issue(admin(), aKey("weak"), new Secret(weak)))
          .as(weak)
          .isInstanceOfSatisfying(
              ProblemException.class,
              e -> assertThat(e.errors().get(0).field()).isEqualTo("custom_key"));
    }
  }

  @Test
  default void aRandomValueIsTaken() {
    CustomValues values = services().get(CustomValues.class);
    SplittableRandom random = new SplittableRandom(42);
    String base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    for (int i = 0; i < 200; i++) {
      for (String value : List.of(text(random, base62, 24), text(random, "0123456789abcdef", 32))) {
        assertThat(values.accept(new Secret(value), aKey("random")).secret().reveal())
            .isEqualTo(value);
      }
    }
  }

  private static String text(SplittableRandom random, String alphabet, int length) {
    return random
        .ints(length, 0, alphabet.length())
        .mapToObj(index -> alphabet.substring(index, index + 1))
        .collect(Collectors.joining());
  }

  @Test
  default void importedHashesWorkAndAreExchangedAtFirstUse() throws Exception {
    TestServices services = services();
    Secret under = new Secret("their hmac secret");
    Secret hmacKey = new Secret("acme_hmac_77Xk29dLpQ");
    Secret bcryptKey = new Secret("acme_bcrypt_Mn81zzQa");
    String bcrypt = BCrypt.withDefaults().hashToString(4, bcryptKey.reveal().toCharArray());
    KeySnapshots snapshots = services.get(KeySnapshots.class);
    assertThat(snapshots.find(hmacKey)).as("asked for before there was any import").isEmpty();
    List<Result> results =
        services
            .get(KeyImport.class)
            .run(
                admin(),
                List.of(
                    () -> new ForeignKey("sha256", hash(OLD), "acme_9", aKey("a")),
                    () ->
                        new ForeignKey(
                            "hmac-sha256", ForeignHashes.hmac(under, hmacKey), null, aKey("b")),
                    () ->
                        new ForeignKey(
                            "bcrypt", bcrypt.replace("$2a$", "$2b$"), "acme_bcrypt_", aKey("c")),
                    () -> new ForeignKey("sha256", hash(OLD), null, aKey("again")),
                    () -> new ForeignKey("md5", "00", null, aKey("d")),
                    () -> new ForeignKey("bcrypt", bcrypt, null, aKey("e")),
                    () -> new ForeignKey("sha256", "zz", null, aKey("f"))),
                under);

    assertThat(results)
        .extracting(Result::status)
        .containsExactly(
            "imported", "imported", "imported", "rejected", "rejected", "rejected", "rejected");
    assertThat(results.subList(3, 7)).allMatch(one -> one.error() != null && one.id() == null);
    for (Secret key : List.of(OLD, hmacKey, bcryptKey, OLD, hmacKey, bcryptKey)) {
      assertThat(snapshots.find(key)).isPresent();
    }
    assertThat(snapshots.find(new Secret("acme_bcrypt_another1"))).isEmpty();
    assertThat(store().number("SELECT COUNT(*) FROM key_secret WHERE origin IS NOT NULL")).isZero();
    assertThat(store().number("SELECT COUNT(*) FROM key_secret WHERE pepper_version IS NULL"))
        .isZero();
    services.get(ImportedKeys.class).tidy();
    assertThat(store().number("SELECT COUNT(*) FROM import_secret")).isZero();
  }

  private static String hash(Secret key) {
    try {
      return sha256(key);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  default void aHashOfAKeyThatIsHereNeverTakesItsPlace() {
    TestServices services = services();
    store().addOrganization(2);
    Caller other = Orders.person(9, "olga", 2, "admin");
    store().addPerson(9, 2, "olga", "admin");
    KeySnapshots snapshots = services.get(KeySnapshots.class);
    for (int i = 0; i < 8; i++) {
      IssuedKey issued = services.get(KeyIssuer.class).issue(admin(), aKey("native"));
      Result duplicate = imported(services, other, "sha256", hash(issued.secret()), aKey("copy"));
      assertThat(duplicate.status()).isEqualTo("imported");
      for (int calls = 0; calls < 3; calls++) {
        assertThat(snapshots.find(issued.secret()))
            .get()
            .extracting(KeySnapshot::id)
            .isEqualTo(issued.view().id());
      }
      KeyView ended = services.get(KeyReader.class).read(other, id(duplicate));
      assertThat(ended.status()).isEqualTo("revoked");
    }
    assertThat(services.get(KeyReader.class).list(other, KeyFilter.ACTIVE, 1, 10).total()).isZero();
    assertThat(store().number("SELECT COUNT(*) FROM key_secret WHERE expires_at IS NOT NULL"))
        .isEqualTo(8);
    assertThat(store().number("SELECT COUNT(*) FROM audit_outbox")).isEqualTo(24);
  }

  @Test
  default void importsThatEndedBeforeTheyWereRevokedAreRevokedByTheMigration() throws IOException {
    TestServices services = services();
    Result ended = imported(services, admin(), "sha256", hash(OLD), aKey("ended"));
    IssuedKey active = services.get(KeyIssuer.class).issue(admin(), aKey("active"));
    services.get(SecretKeeper.class).rotate(admin(), active.view().id(), Duration.ofHours(1), null);
    store().execute("UPDATE key_secret SET expires_at = 7 WHERE api_key_id = " + id(ended));
    try (InputStream file =
        ForeignKeysContract.class.getResourceAsStream("/db/migration/V470__ended_imports.sql")) {
      String text = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
      store().execute(text.strip().replaceAll(";$", ""));
    }

    KeyReader reader = services.get(KeyReader.class);
    assertThat(reader.read(admin(), id(ended)).status()).isEqualTo("revoked");
    assertThat(reader.read(admin(), active.view().id()).status()).isEqualTo("active");
  }

  @Test
  default void aHashIsImportedOnceAlsoAfterItsFirstUse() {
    TestServices services = services();
    Secret under = new Secret("their hmac secret");
    Secret bcryptKey = new Secret("acme_bcrypt_Mn81zzQa");
    String bcrypt = BCrypt.withDefaults().hashToString(4, bcryptKey.reveal().toCharArray());
    List<KeyImport.Reader> entries =
        List.of(
            () -> new ForeignKey("sha256", hash(OLD), null, aKey("a")),
            () ->
                new ForeignKey("hmac-sha256", ForeignHashes.hmac(under, STRANGE), null, aKey("b")),
            () -> new ForeignKey("bcrypt", bcrypt, "acme_bcrypt_", aKey("c")));
    KeyImport imports = services.get(KeyImport.class);
    assertThat(imports.run(admin(), entries, under)).allMatch(one -> one.error() == null);
    for (Secret key : List.of(OLD, STRANGE, bcryptKey)) {
      assertThat(services.get(KeySnapshots.class).find(key)).isPresent();
    }
    services.get(ImportedKeys.class).tidy();

    assertThat(imports.run(admin(), entries, under))
        .extracting(Result::status)
        .containsOnly("rejected");
    assertThat(store().column("SELECT fingerprint FROM imported_hash")).doesNotContain(hash(OLD));
  }

  /** Every key that begins like them, also a made-up one, has to be compared with each. */
  @Test
  default void noMoreThanTenSlowHashesOfAnOrganizationAreWhatOnePresentedKeyMayBe() {
    TestServices services = services();
    String value = "acme_bcrypt_abcd";
    List<String> statuses = new ArrayList<>();
    for (int length = 4; length <= 14; length++) {
      statuses.add(importedSlow(services, value.substring(0, length), value).status());
    }
    assertThat(statuses.subList(0, 10)).containsOnly("imported");
    assertThat(statuses.get(10)).isEqualTo("rejected");
    assertThat(importedSlow(services, value, value).error())
        .contains("begins like those of 10 keys");
    assertThat(importedSlow(services, "acme_b-elsewhere", value).status()).isEqualTo("imported");
    assertThat(importedSlow(services, "other_key", value).status()).isEqualTo("imported");
  }

  @Test
  default void thoseSlowHashesAreComparedFirstOfWhichTheMostIsVisible() {
    TestServices services = services();
    String value = "acme_bcrypt_abcd";
    for (int length = 14; length >= 4; length--) {
      String key = length == 14 || length == 4 ? value + length : "another";
      importedSlow(services, value.substring(0, length), key);
    }
    KeySnapshots snapshots = services.get(KeySnapshots.class);
    assertThat(snapshots.find(new Secret(value + 14))).isPresent();
    assertThat(snapshots.find(new Secret(value + "made-up"))).isEmpty();
  }

  private static Result importedSlow(TestServices services, String prefix, String key) {
    String bcrypt = BCrypt.withDefaults().hashToString(4, key.toCharArray());
    return services
        .get(KeyImport.class)
        .run(admin(), List.of(() -> new ForeignKey("bcrypt", bcrypt, prefix, aKey(prefix))), null)
        .get(0);
  }

  @Test
  default void anImportedKeyPaysWithTheCreditsItCameWith() {
    TestServices services = services();
    Result made =
        imported(
            services,
            admin(),
            "sha256",
            hash(OLD),
            Orders.from("{\"name\": \"paying\", \"credits\": {\"balance\": 70}}"));
    assertThat(services.get(CreditKeeper.class).change(admin(), id(made), 5L, null, null).balance())
        .isEqualTo(75);
  }

  @Test
  default void anEmergencyKeyIsNotImported() {
    Result result =
        imported(
            services(),
            admin(),
            "sha256",
            hash(OLD),
            Orders.from("{\"name\": \"pass\", \"type\": \"emergency\"}"));
    assertThat(result.error()).contains("emergency");
  }

  private static long id(Result result) {
    return Objects.requireNonNull(result.id());
  }

  private static Result imported(
      TestServices services, Caller caller, String algorithm, String hash, KeyConfiguration order) {
    return services
        .get(KeyImport.class)
        .run(caller, List.of(() -> new ForeignKey(algorithm, hash, null, order)), null)
        .get(0);
  }

  @Test
  default void whatPolicyWantsApprovedIsNotImportedInstead() {
    TestServices services = services();
    store().addPerson(2, TestStore.DEFAULT, "dora", "developer");
    List<Result> results =
        services
            .get(KeyImport.class)
            .run(
                Orders.DORA,
                List.of(
                    () -> new ForeignKey("sha256", hash(OLD), null, aKey("production")),
                    () -> new ForeignKey("sha256", hash(OLD), null, Orders.aDevelopmentKey("dev"))),
                null);
    assertThat(results).extracting(Result::status).containsExactly("rejected", "imported");
  }
}
