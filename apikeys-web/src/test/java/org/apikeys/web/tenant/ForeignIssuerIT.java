package org.apikeys.web.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Unique;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * People of an external OpenID provider: a server that is told the provider's name and public key
 * by the MicroProfile JWT settings, and tokens that the test signs.
 */
@TestInstance(Lifecycle.PER_CLASS)
class ForeignIssuerIT {
  private static final String ISSUER = "https://id.example.com/realms/staff";
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

  private final KeyPair provider = newKeyPair();
  private final KeyPair stranger = newKeyPair();
  private @Nullable RunningServer server;

  @BeforeAll
  void start() {
    server =
        RunningServer.named("foreign-issuer")
            .setting("MP_JWT_VERIFY_ISSUER", ISSUER)
            .setting("MP_JWT_VERIFY_PUBLICKEY", pem(provider))
            .start();
  }

  @AfterAll
  void stop() {
    running().close();
  }

  @Test
  void takesAPersonWithARole() {
    Answer me = call(sign(header("RS256"), claims("admin"), provider.getPrivate())).expect(200);
    assertThat(me.text("/name")).isEqualTo("zoe@example.com");
    assertThat(Json.texts(me.at("/roles"))).containsExactly("admin");
  }

  @Test
  void letsAPersonDoWhatTheRoleSays() {
    String admin = sign(header("RS256"), claims("admin"), provider.getPrivate());
    running()
        .anonymous()
        .as(admin)
        .post("/api/v1/api-keys", Map.of("name", Unique.name("foreign")))
        .expect(201);
    String auditor = sign(header("RS256"), claims("auditor"), provider.getPrivate());
    running()
        .anonymous()
        .as(auditor)
        .post("/api/v1/api-keys", Map.of("name", Unique.name("foreign")))
        .expectProblem(403, "FORBIDDEN");
  }

  /** Such a person has no number here, so that the name alone is no caller. */
  @Test
  void keepsTheRetriesOfOneNameInTwoOrganizationsApart() {
    Map<String, @Nullable Object> claims = claims("admin");
    Api admin = running().anonymous().as(sign(header("RS256"), claims, provider.getPrivate()));
    long other =
        admin
            .post("/api/v1/organizations", Map.of("name", Unique.name("other")))
            .expect(201)
            .at("/id")
            .asLong();
    claims.put("org", other);
    Api elsewhere = running().anonymous().as(sign(header("RS256"), claims, provider.getPrivate()));
    String retry = Unique.name("retry");
    Map<String, String> order = Map.of("name", "the same");
    admin.header("Idempotency-Key", retry).post("/api/v1/api-keys", order).expect(201);
    Answer made =
        elsewhere.header("Idempotency-Key", retry).post("/api/v1/api-keys", order).expect(201);
    assertThat(made.at("/organization_id").asLong()).isEqualTo(other);
    assertThat(made.text("/key")).isNotEmpty();
  }

  @Test
  void refusesASignatureOfAnother() {
    call(sign(header("RS256"), claims("admin"), stranger.getPrivate()))
        .expectProblem(401, "UNAUTHENTICATED");
  }

  @Test
  void refusesAnExpiredToken() {
    Map<String, @Nullable Object> claims = claims("admin");
    claims.put("iat", Instant.now().getEpochSecond() - 7200);
    claims.put("exp", Instant.now().getEpochSecond() - 3600);
    call(sign(header("RS256"), claims, provider.getPrivate()))
        .expectProblem(401, "UNAUTHENTICATED");
  }

  @Test
  void endsALiveViewWithItsToken() throws Exception {
    Map<String, @Nullable Object> claims = claims("auditor");
    Instant ends = Instant.ofEpochSecond(Instant.now().getEpochSecond() + 8);
    claims.put("exp", ends.getEpochSecond());
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(running().uri() + "/api/v1/audit/live"))
            .header(
                "Authorization", "Bearer " + sign(header("RS256"), claims, provider.getPrivate()))
            .build();
    HttpResponse<Stream<String>> view =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofLines());
    assertThat(view.statusCode()).isEqualTo(200);
    try (Stream<String> lines = view.body()) {
      CompletableFuture<Void> over = CompletableFuture.runAsync(() -> lines.forEach(line -> {}));
      over.get(60, TimeUnit.SECONDS);
    }
    assertThat(Instant.now()).isAfterOrEqualTo(ends).isBefore(ends.plusSeconds(30));
  }

  @Test
  void refusesAnotherIssuer() {
    Map<String, @Nullable Object> claims = claims("admin");
    claims.put("iss", "https://evil.example.com");
    call(sign(header("RS256"), claims, provider.getPrivate()))
        .expectProblem(401, "UNAUTHENTICATED");
  }

  @Test
  void refusesATokenWithoutAnExpiry() {
    Map<String, @Nullable Object> claims = claims("admin");
    claims.remove("exp");
    call(sign(header("RS256"), claims, provider.getPrivate()))
        .expectProblem(401, "UNAUTHENTICATED");
  }

  @Test
  void refusesATokenWithoutASignature() {
    String unsigned = part(header("none")) + "." + part(claims("admin")) + ".";
    call(unsigned).expectProblem(401, "UNAUTHENTICATED");
  }

  @Test
  void refusesThePublicKeyUsedAsASharedSecret() throws GeneralSecurityException {
    String content = part(header("HS256")) + "." + part(claims("admin"));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(pem(provider).getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    String forged =
        content + "." + URL.encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
    call(forged).expectProblem(401, "UNAUTHENTICATED");
  }

  @Test
  void refusesATokenThatWasChanged() {
    String token = sign(header("RS256"), claims("developer"), provider.getPrivate());
    List<String> parts = List.of(token.split("\\.", -1));
    call(parts.get(0) + "." + part(claims("admin")) + "." + parts.get(2))
        .expectProblem(401, "UNAUTHENTICATED");
  }

  @Test
  void grantsNothingForARoleThatNobodyKnows() {
    running()
        .anonymous()
        .as(sign(header("RS256"), claims("emperor"), provider.getPrivate()))
        .get("/api/v1/api-keys")
        .expectProblem(403, "FORBIDDEN");
  }

  private RunningServer running() {
    RunningServer running = server;
    if (running == null) {
      throw new IllegalStateException("not started");
    }
    return running;
  }

  private Answer call(String token) {
    return running().anonymous().as(token).get("/api/v1/auth/me");
  }

  private static Map<String, @Nullable Object> header(String algorithm) {
    return Json.object("alg", algorithm, "typ", "JWT", "kid", "test-key");
  }

  private static Map<String, @Nullable Object> claims(String role) {
    long now = Instant.now().getEpochSecond();
    return Json.object(
        "iss",
        ISSUER,
        "sub",
        "3f1c",
        "upn",
        "zoe@example.com",
        "groups",
        List.of(role),
        "iat",
        now - 10,
        "exp",
        now + 600,
        "jti",
        Unique.name("jti"));
  }

  private static String sign(
      Map<String, @Nullable Object> header, Map<String, @Nullable Object> claims, PrivateKey key) {
    try {
      String content = part(header) + "." + part(claims);
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(content.getBytes(StandardCharsets.US_ASCII));
      return content + "." + URL.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String part(Map<String, @Nullable Object> json) {
    return URL.encodeToString(Json.write(json).getBytes(StandardCharsets.UTF_8));
  }

  private static KeyPair newKeyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(KeyPair pair) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pair.getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----";
  }
}
