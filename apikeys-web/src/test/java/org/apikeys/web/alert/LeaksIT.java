package org.apikeys.web.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Reports of leaked secrets, signed and forged. */
@ExtendWith(SharedServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeaksIT {
  private static final String LEAKS = "/api/v1/leaks";
  private static final String NAME = "test-signer";

  private final Tenant tenant;
  private final KeyPair signer = pair("secp256r1");

  LeaksIT(Tenant tenant) {
    this.tenant = tenant;
  }

  private static KeyPair pair(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeAll
  void trustTheSigner() throws IOException {
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(signer.getPublic().getEncoded())
            + "\n-----END PUBLIC KEY-----\n";
    Files.writeString(
        tenant.server().dataFolder().resolve("leak-keys.json"),
        Json.write(
            Map.of(
                "public_keys",
                List.of(Map.of("key_identifier", NAME, "key", pem, "is_current", true)))));
  }

  @AfterAll
  void trustNobody() throws IOException {
    Files.deleteIfExists(tenant.server().dataFolder().resolve("leak-keys.json"));
  }

  private static String sign(KeyPair key, String body) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key.getPrivate());
      signature.update(body.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Answer report(String keyName, KeyPair key, String signed, String sent) {
    return tenant
        .server()
        .anonymous()
        .header("Github-Public-Key-Identifier", keyName)
        .header("Github-Public-Key-Signature", sign(key, signed))
        .sendBytes("POST", LEAKS, "application/json", sent.getBytes(StandardCharsets.UTF_8));
  }

  private static String body(String... tokens) {
    return Json.write(
        java.util.Arrays.stream(tokens)
            .map(
                token ->
                    Map.of(
                        "token", token,
                        "type", "apikeys_secret_key",
                        "url", "https://github.com/octocat/repo/blob/main/config.txt",
                        "source", "content"))
            .toList());
  }

  private static String hash(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aSignedReportRevokesTheKeyAndTellsItsOwner() {
    IssuedKey key = tenant.key().with("owner", tenant.person("developer").name()).issue();
    String example =
        tenant.server().anonymous().get(LEAKS + "/pattern").expect(200).text("/examples/0");
    String body = body(key.value(), example);
    Answer answer = report(NAME, signer, body, body).expect(200);
    assertThat(answer.body()).doesNotContain(key.value());
    assertThat(answer.json())
        .anySatisfy(
            label -> {
              assertThat(label.path("token_hash").asText()).isEqualTo(hash(key.value()));
              assertThat(label.path("label").asText()).isEqualTo("true_positive");
              assertThat(label.path("token_type").asText()).isEqualTo("apikeys_secret_key");
            })
        .anySatisfy(
            label -> {
              assertThat(label.path("token_hash").asText()).isEqualTo(hash(example));
              assertThat(label.path("label").asText()).isEqualTo("false_positive");
            });
    assertThat(tenant.gateway().code(key)).isEqualTo("REVOKED");
    Eventually.within(
        Duration.ofSeconds(30),
        () -> {
          JsonNode alerts =
              tenant
                  .admin()
                  .get("/api/v1/alerts?kind=key_leaked&key=" + key.id())
                  .expect(200)
                  .at("/alerts");
          assertThat(alerts).hasSize(1);
          assertThat(alerts.get(0).path("detail").asText())
              .contains("github.com/octocat/repo", "revoked");
          assertThat(
                  tenant
                      .person("developer")
                      .api()
                      .get("/api/v1/notices")
                      .expect(200)
                      .at("/notices"))
              .anySatisfy(
                  notice -> assertThat(notice.path("title").asText()).contains("found in public"));
        });
    Eventually.within(
        Duration.ofSeconds(30),
        () ->
            assertThat(
                    Json.texts(
                        tenant
                            .admin()
                            .get("/api/v1/audit/events?target=key:" + key.keyId())
                            .expect(200)
                            .at("/events"),
                        "action"))
                .contains("key.revoked", "leak.reported"));
    report(NAME, signer, body, body).expect(200);
  }

  private static Map<String, String> found(String token, String place) {
    return Map.of("token", token, "url", "https://example.com/" + place);
  }

  private static List<JsonNode> events(Tenant of, String target, String action) {
    List<JsonNode> events = new java.util.ArrayList<>();
    of.admin()
        .get("/api/v1/audit/events?target=" + target + "&action=" + action)
        .expect(200)
        .at("/events")
        .forEach(events::add);
    return events;
  }

  /** What is found in several places is to be removed from each of them. */
  @Test
  void everyPlaceIsRecordedWithWhoReportsIt() {
    IssuedKey key = tenant.key().issue();
    String body =
        Json.write(
            List.of(
                found(key.value(), "one"),
                found(key.value(), "another"),
                found(key.value(), "one")));
    assertThat(report(NAME, signer, body, body).expect(200).json())
        .as("a token has one label")
        .hasSize(1);
    assertThat(events(tenant, key.keyId(), "leak.reported"))
        .extracting(event -> event.path("reason").asText())
        .containsExactly(
            "found at https://example.com/another, signed by " + NAME,
            "found at https://example.com/one, signed by " + NAME);
    Eventually.within(
        Duration.ofSeconds(30),
        () ->
            assertThat(
                    tenant
                        .admin()
                        .get("/api/v1/alerts?kind=key_leaked&key=" + key.id())
                        .expect(200)
                        .at("/alerts"))
                .singleElement()
                .satisfies(
                    alert -> {
                      assertThat(alert.path("severity").asText()).isEqualTo("critical");
                      assertThat(alert.path("detail").asText()).contains("/one", "is revoked");
                      assertThat(alert.path("occurrences").asInt()).isEqualTo(2);
                    }));
  }

  /** One odd finding leaves no other key unprotected. */
  @Test
  void aTokenThatIsTooLongForAnyKeyIsNoneOfOurs() {
    Tenant other = tenant.server().newTenant();
    IssuedKey key = other.key().issue();
    String body =
        Json.write(List.of(found("x".repeat(100_000), "odd"), found(key.value(), "theirs")));
    assertThat(Json.texts(report(NAME, signer, body, body).expect(200).json(), "label"))
        .containsExactly("false_positive", "true_positive");
    assertThat(other.gateway().code(key)).isEqualTo("REVOKED");
    assertThat(events(other, key.keyId(), "leak.reported")).hasSize(1);
    assertThat(events(tenant, key.keyId(), "leak.reported")).as("of another").isEmpty();
  }

  @Test
  void whatIsNotSignedDoesNothing() {
    IssuedKey key = tenant.key().issue();
    String body = body(key.value());
    Api anonymous = tenant.server().anonymous();
    anonymous.post(LEAKS, body).expectProblem(401, "UNAUTHENTICATED");
    report("nobody", signer, body, body).expectProblem(401, "UNAUTHENTICATED");
    report(NAME, pair("secp256r1"), body, body).expectProblem(401, "UNAUTHENTICATED");
    report(NAME, signer, body("something else"), body).expectProblem(401, "UNAUTHENTICATED");
    anonymous
        .header("Github-Public-Key-Identifier", NAME)
        .header("Github-Public-Key-Signature", "no base64 at all!")
        .post(LEAKS, body)
        .expectProblem(401, "UNAUTHENTICATED");
    tenant.admin().post(LEAKS, body).expectProblem(401, "UNAUTHENTICATED");
    assertThat(tenant.gateway().code(key)).isEqualTo("VALID");
    for (String wrong : List.of("[]", "{}", "[{}]", "[null]", "[{\"token\": 5}]", "nonsense")) {
      report(NAME, signer, wrong, wrong).expectProblem(400, "VALIDATION_FAILED");
    }
  }

  @Test
  void aScannerFindsOurKeysByWhatIsPublished() {
    JsonNode pattern = tenant.server().anonymous().get(LEAKS + "/pattern").expect(200).json();
    Pattern expression = Pattern.compile(pattern.path("pattern").asText());
    for (String key : List.of(tenant.key().issue().value(), pattern.at("/examples/0").asText())) {
      assertThat(expression.matcher("x = '" + key + "';").find()).isTrue();
      int length = pattern.at("/checksum/length").asInt();
      String alphabet = pattern.at("/checksum/alphabet").asText();
      CRC32 crc = new CRC32();
      crc.update(key.substring(0, key.length() - length).getBytes(StandardCharsets.US_ASCII));
      long number = 0;
      for (char digit : key.substring(key.length() - length).toCharArray()) {
        number = number * alphabet.length() + alphabet.indexOf(digit);
      }
      assertThat(number).isEqualTo(crc.getValue());
    }
  }
}
