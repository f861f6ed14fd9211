package org.apikeys.web.console;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Unique;
import org.jspecify.annotations.Nullable;

/**
 * An OpenID provider of one page: who gives a name is that person. It holds its clients to the
 * letter: one client, one redirect address, PKCE by S256, and a code that counts once.
 */
final class SmallProvider implements AutoCloseable {
  static final String CLIENT = "apikeys-console";
  static final String SECRET = "client-secret-of-the-console";
  static final String AUDIENCE = "apikeys-api";

  private final HttpServer server;
  private final RSAKey key;
  private final String redirectUri;
  private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
  private final Map<String, String> sessions = new ConcurrentHashMap<>();
  private final AtomicInteger renewals = new AtomicInteger();

  /** What the next tokens are like. */
  private volatile Duration life = Duration.ofMinutes(10);

  private volatile String audience = AUDIENCE;
  private volatile boolean nonceKept = true;
  private volatile boolean samePerson = true;

  SmallProvider(String redirectUri) throws IOException {
    this.redirectUri = redirectUri;
    try {
      key = new RSAKeyGenerator(2048).keyUse(KeyUse.SIGNATURE).keyID("provider-1").generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/.well-known/openid-configuration", this::document);
    server.createContext(
        "/certs",
        exchange -> json(exchange, 200, Map.of("keys", List.of(key.toPublicJWK().toJSONObject()))));
    server.createContext("/authorize", this::authorize);
    server.createContext("/login", this::login);
    server.createContext("/token", this::token);
    server.start();
  }

  String issuer() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** How many access tokens were renewed. */
  int renewals() {
    return renewals.get();
  }

  SmallProvider withLife(Duration duration) {
    life = duration;
    return this;
  }

  SmallProvider withAudience(String name) {
    audience = name;
    return this;
  }

  SmallProvider withNonceKept(boolean kept) {
    nonceKept = kept;
    return this;
  }

  SmallProvider withSamePerson(boolean same) {
    samePerson = same;
    return this;
  }

  /** A code as a browser brings it back, for tests without one. */
  String codeFor(String person, String role, String challenge, String nonce) {
    String code = Unique.name("code");
    codes.put(
        code, Map.of("person", person, "role", role, "code_challenge", challenge, "nonce", nonce));
    return code;
  }

  private void document(HttpExchange exchange) throws IOException {
    json(
        exchange,
        200,
        Json.object(
            "issuer", issuer(),
            "authorization_endpoint", issuer() + "/authorize",
            "token_endpoint", issuer() + "/token",
            "jwks_uri", issuer() + "/certs",
            "response_types_supported", List.of("code"),
            "subject_types_supported", List.of("public"),
            "id_token_signing_alg_values_supported", List.of("RS256"),
            "code_challenge_methods_supported", List.of("S256")));
  }

  private void authorize(HttpExchange exchange) throws IOException {
    Map<String, String> query = form(exchange.getRequestURI().getRawQuery());
    boolean right =
        "code".equals(query.get("response_type"))
            && CLIENT.equals(query.get("client_id"))
            && redirectUri.equals(query.get("redirect_uri"))
            && "S256".equals(query.get("code_challenge_method"))
            && query.getOrDefault("code_challenge", "").length() == 43
            && List.of(query.getOrDefault("scope", "").split(" ", -1)).contains("openid")
            && query.getOrDefault("state", "").length() >= 22
            && query.getOrDefault("nonce", "").length() >= 22;
    if (!right) {
      html(exchange, 400, "<h1>This client may not ask so</h1>");
      return;
    }
    StringBuilder hidden = new StringBuilder();
    for (String name : List.of("state", "nonce", "code_challenge")) {
      hidden.append("<input type=hidden name=" + name + " value=\"" + query.get(name) + "\">");
    }
    html(
        exchange,
        200,
        "<h1>The provider</h1><form method=post action=/login>"
            + hidden
            + "<label>Who are you? <input name=person></label>"
            + "<label>As what? <input name=role></label><button>Go on</button>"
            + "<button name=refused value=yes>Refuse</button></form>");
  }

  private void login(HttpExchange exchange) throws IOException {
    Map<String, String> given = form(body(exchange));
    String answer;
    if (given.containsKey("refused")) {
      answer = "error=access_denied";
    } else {
      answer =
          "code="
              + codeFor(
                  required(given, "person"),
                  required(given, "role"),
                  required(given, "code_challenge"),
                  required(given, "nonce"));
    }
    exchange
        .getResponseHeaders()
        .set(
            "Location",
            redirectUri
                + "?"
                + answer
                + "&state="
                + required(given, "state")
                + "&iss="
                + URLEncoder.encode(issuer(), StandardCharsets.UTF_8));
    exchange.sendResponseHeaders(302, -1);
    exchange.close();
  }

  private void token(HttpExchange exchange) throws IOException {
    Map<String, String> given = form(body(exchange));
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    String expected =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((CLIENT + ":" + SECRET).getBytes(StandardCharsets.US_ASCII));
    if (!expected.equals(authorization)) {
      json(exchange, 401, Map.of("error", "invalid_client"));
      return;
    }
    if ("refresh_token".equals(given.get("grant_type"))) {
      String session = sessions.remove(given.getOrDefault("refresh_token", ""));
      if (session == null) {
        json(exchange, 400, Map.of("error", "invalid_grant"));
        return;
      }
      renewals.incrementAndGet();
      String[] who = session.split(" ", -1);
      json(exchange, 200, tokens(who[0], who[1], null));
      return;
    }
    Map<String, String> asked = codes.remove(given.getOrDefault("code", ""));
    boolean right =
        asked != null
            && "authorization_code".equals(given.get("grant_type"))
            && redirectUri.equals(given.get("redirect_uri"))
            && CLIENT.equals(given.get("client_id"))
            && challenge(given.getOrDefault("code_verifier", ""))
                .equals(asked.get("code_challenge"));
    if (!right) {
      json(exchange, 400, Map.of("error", "invalid_grant"));
      return;
    }
    json(
        exchange,
        200,
        tokens(required(asked, "person"), required(asked, "role"), required(asked, "nonce")));
  }

  private Map<String, Object> tokens(String person, String role, @Nullable String nonce) {
    Instant now = Instant.now();
    Date end = Date.from(now.plus(life));
    String refresh = Unique.name("refresh");
    sessions.put(refresh, person + " " + role);
    JWTClaimsSet.Builder access =
        new JWTClaimsSet.Builder()
            .issuer(issuer())
            .subject("subject-of-" + person)
            .audience(audience)
            .claim("upn", person)
            .claim("groups", List.of(role))
            .issueTime(Date.from(now))
            .expirationTime(end)
            .jwtID(Unique.name("jti"));
    Map<String, Object> answer = new TreeMap<>();
    answer.put("access_token", signed(access.build()));
    answer.put("token_type", "Bearer");
    answer.put("expires_in", life.toSeconds());
    answer.put("refresh_token", refresh);
    if (nonce != null) {
      JWTClaimsSet identity =
          new JWTClaimsSet.Builder()
              .issuer(issuer())
              .subject("subject-of-" + (samePerson ? person : "another"))
              .audience(CLIENT)
              .claim("nonce", nonceKept ? nonce : "another-nonce-of-another-sign-in")
              .issueTime(Date.from(now))
              .expirationTime(end)
              .build();
      answer.put("id_token", signed(identity));
    }
    return answer;
  }

  private String signed(JWTClaimsSet claims) {
    try {
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.RS256)
                  .keyID(key.getKeyID())
                  .type(JOSEObjectType.JWT)
                  .build(),
              claims);
      token.sign(new RSASSASigner(key));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code S256} of RFC 7636. */
  static String challenge(String verifier) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String required(Map<String, String> form, String name) {
    return Objects.requireNonNull(form.get(name), name);
  }

  private static String body(HttpExchange exchange) throws IOException {
    return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static Map<String, String> form(String text) {
    Map<String, String> fields = new TreeMap<>();
    for (String field : text.split("&", -1)) {
      int end = field.indexOf('=');
      if (end > 0) {
        fields.put(
            URLDecoder.decode(field.substring(0, end), StandardCharsets.UTF_8),
            URLDecoder.decode(field.substring(end + 1), StandardCharsets.UTF_8));
      }
    }
    return fields;
  }

  private static void json(HttpExchange exchange, int status, Map<String, ?> body)
      throws IOException {
    send(exchange, status, "application/json", Json.write(body));
  }

  private static void html(HttpExchange exchange, int status, String body) throws IOException {
    send(
        exchange,
        status,
        "text/html; charset=utf-8",
        "<!DOCTYPE html><html lang=en><title>Provider</title><body>" + body);
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
