package org.apikeys.web.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.MadeUpKey;
import org.apikeys.web.server.RawRequest;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whoever takes a request from the network, the answer is the same: the engine of one server and
 * the Servlets of another are asked the same things by turns, right and wrong ones.
 */
@ExtendWith(SharedServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EngineAnswersIT {
  private static final String VERIFY = "/api/v1/api-keys/verify";
  private static final String AUTHORIZE = "/api/v1/authorize";
  private static final String UNKNOWN = MadeUpKey.wellFormed();

  /** What differs between any two answers of one server. */
  private static final List<String> NEVER_TWICE =
      List.of("x-request-id", "x-decision-id", "x-key-organization");

  private final World engine;
  private @Nullable RunningServer second;
  private @Nullable World servlets;

  EngineAnswersIT(RunningServer shared) {
    engine = new World(shared);
  }

  /** The same keys on each server. */
  private static final class World {
    final RunningServer server;
    final Tenant tenant;
    final String gateway;
    final String token;
    final Map<String, IssuedKey> keys = new LinkedHashMap<>();

    World(RunningServer server) {
      this.server = server;
      tenant = server.newTenant();
      gateway = tenant.gateway().key().value();
      token = tenant.person("admin").token();
      keys.put("free", tenant.key().scopes("agents:read", "agents:write").unlimited().issue());
      keys.put("limited", tenant.key().scopes("agents:read").perMinute(100_000).issue());
      keys.put(
          "spent",
          tenant
              .key()
              .scopes("agents:read")
              .with("rate_limits", Map.of("requests", Map.of("per_day", 1)))
              .issue());
      keys.put("revoked", tenant.key().scopes("agents:read").issue());
      keys.put(
          "bound",
          tenant
              .key()
              .scopes("agents:read")
              .with("restrictions", Map.of("ip", Map.of("allow", List.of("203.0.113.0/24"))))
              .issue());
      tenant.admin().delete(key("revoked").path()).expect(200);
      assertThat(tenant.gateway().code(key("revoked"))).isEqualTo("REVOKED");
      assertThat(tenant.gateway().code(key("spent"))).isEqualTo("VALID");
    }

    IssuedKey key(String name) {
      return Objects.requireNonNull(keys.get(name));
    }

    String value(String name) {
      return key(name).value();
    }

    RawRequest verify() {
      return RawRequest.of(server.uri(), "POST", VERIFY)
          .header("Content-Type", "application/json")
          .header("X-API-Key", gateway);
    }

    RawRequest authorize(String query) {
      return RawRequest.of(server.uri(), "GET", AUTHORIZE + query);
    }

    /** What is this server's own goes out of an answer. */
    String neutral(String text) {
      String neutral = text;
      for (Map.Entry<String, IssuedKey> key : keys.entrySet()) {
        neutral =
            neutral
                .replace(key.getValue().name(), key.getKey())
                .replaceAll("\\bkey-" + key.getValue().id() + "\\b", "key-" + key.getKey());
      }
      return neutral
          .replace(tenant.person("admin").name(), "ADMIN")
          .replaceAll("\"(request_id|decision_id)\":\"[^\"]*\"", "\"$1\":\"\"")
          .replaceAll("\"(id|organization_id|response_micros)\":\\d+", "\"$1\":0")
          .replaceAll("sk_live_[A-Za-z0-9]+", "sk_live_")
          .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME");
    }
  }

  @BeforeAll
  void startTheOther() {
    second =
        RunningServer.named("servlets").setting("APIKEYS_VERIFY_ANSWERED_BY", "servlets").start();
    servlets = new World(second);
  }

  @AfterAll
  void stopTheOther() {
    if (second != null) {
      second.close();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String about(String key, String more) {
    return "{\"key\":\"" + key + "\"" + more + "}";
  }

  /** Every request, by what it is about. */
  private static Map<String, Function<World, Answer>> requests() {
    Map<String, Function<World, Answer>> all = new LinkedHashMap<>();
    for (String key : List.of("free", "limited", "spent", "revoked", "bound")) {
      all.put("verify " + key, w -> w.verify().send(bytes(about(w.value(key), ""))));
      all.put(
          "authorize " + key,
          w -> w.authorize("?scope=agents:read").header("X-API-Key", w.value(key)).send());
      all.put(
          "explain " + key, w -> w.verify().send(bytes(about(w.value(key), ",\"explain\":true"))));
    }
    body(all, "unknown key", about(UNKNOWN, ""));
    body(all, "malformed key", about("no key", ""));
    body(all, "no body", "");
    body(all, "broken JSON", "{\"key\":");
    body(all, "not an object", "[1,2]");
    body(all, "unknown field", about(UNKNOWN, ",\"colour\":\"red\""));
    body(all, "field twice", about(UNKNOWN, ",\"key\":\"x\""));
    body(all, "wrong type", about(UNKNOWN, ",\"cost\":\"much\""));
    body(all, "huge number", about(UNKNOWN, ",\"cost\":1e999"));
    body(all, "no address", about(UNKNOWN, ",\"ip\":\"1.2.3.256\""));
    body(all, "no scope expression", about(UNKNOWN, ",\"scopes\":\"a or\""));
    body(all, "escapes", about("\\u0073k_x", ",\"endpoint\":\"/\\u00e4\""));
    body(all, "NUL", about("\\u0000", ""));
    body(all, "lone surrogate", about("\\ud800", ""));
    body(all, "no UTF-8 by far", "\u00ff\u00fe");
    body(all, "deep nesting", "{\"key\":" + "[".repeat(5_000));
    body(all, "long text", about("x".repeat(20_000), ""));
    body(all, "too much", about("x".repeat(11_000_000), ""));
    for (String more :
        List.of(
            ",\"scopes\":\"agents:write\"",
            ",\"scopes\":[\"agents:read\",\"agents:admin\"]",
            ",\"environment\":\"staging\"",
            ",\"terms\":true",
            ",\"bytes_in\":5,\"cost\":3,\"method\":\"GET\",\"endpoint\":\"/a\"")) {
      all.put("verify with " + more, w -> w.verify().send(bytes(about(w.value("free"), more))));
    }
    for (String method :
        List.of("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "FOO")) {
      all.put(
          method + " verify",
          w -> RawRequest.of(w.server.uri(), method, VERIFY).header("X-API-Key", w.gateway).send());
      all.put(
          method + " authorize",
          w ->
              RawRequest.of(w.server.uri(), method, AUTHORIZE)
                  .header("X-API-Key", w.value("free"))
                  .send());
    }
    credentials(all);
    frames(all);
    paths(all);
    return all;
  }

  private static void body(Map<String, Function<World, Answer>> all, String name, String body) {
    all.put("verify with " + name, w -> w.verify().send(bytes(body)));
  }

  private static void credentials(Map<String, Function<World, Answer>> all) {
    byte[] asked = bytes(about(UNKNOWN, ""));
    Function<World, RawRequest> bare =
        w ->
            RawRequest.of(w.server.uri(), "POST", VERIFY)
                .header("Content-Type", "application/json");
    all.put("nobody", w -> bare.apply(w).send(asked));
    all.put(
        "a person", w -> bare.apply(w).header("Authorization", "Bearer " + w.token).send(asked));
    all.put(
        "a broken token",
        w -> bare.apply(w).header("Authorization", "Bearer " + w.token + "x").send(asked));
    all.put(
        "a key as bearer",
        w -> bare.apply(w).header("Authorization", "Bearer " + w.gateway).send(asked));
    all.put("another scheme", w -> bare.apply(w).header("Authorization", "Basic eDp5").send(asked));
    all.put("an unknown gateway", w -> bare.apply(w).header("X-API-Key", UNKNOWN).send(asked));
    all.put(
        "a key without the scope",
        w -> bare.apply(w).header("X-API-Key", w.value("free")).send(asked));
    all.put(
        "a revoked gateway",
        w -> bare.apply(w).header("X-API-Key", w.value("revoked")).send(asked));
    all.put(
        "a spent gateway", w -> bare.apply(w).header("X-API-Key", w.value("spent")).send(asked));
    all.put("two keys", w -> w.verify().header("X-API-Key", UNKNOWN).send(asked));
    all.put("the same key twice", w -> w.verify().header("X-API-Key", w.gateway).send(asked));
    all.put(
        "the same key in two headers",
        w -> w.verify().header("Authorization", "Bearer " + w.gateway).send(asked));
    all.put(
        "a key in the query",
        w ->
            RawRequest.of(w.server.uri(), "POST", VERIFY + "?api_key=" + w.gateway)
                .header("Content-Type", "application/json")
                .send(asked));
    all.put("authorize nobody", w -> w.authorize("").send());
    all.put(
        "authorize with a key as bearer",
        w -> w.authorize("").header("Authorization", "Bearer " + w.value("free")).send());
    all.put(
        "authorize with a token",
        w -> w.authorize("").header("Authorization", "Bearer " + w.token).send());
    all.put(
        "authorize with a key in the query",
        w -> w.authorize("?api_key=" + w.value("free")).send());
    all.put(
        "authorize without the scope",
        w -> w.authorize("?scope=agents:admin").header("X-API-Key", w.value("free")).send());
    all.put(
        "authorize by two scopes",
        w ->
            w.authorize("?scope=agents:read&scope=agents:write")
                .header("X-API-Key", w.value("free"))
                .send());
    all.put(
        "authorize about a resource",
        w ->
            w.authorize("?scope=agents:read&resource=projects/42")
                .header("X-API-Key", w.value("free"))
                .send());
    all.put(
        "authorize about two resources",
        w ->
            w.authorize("?scope=agents:read&resource=projects/42&resource=projects/43")
                .header("X-API-Key", w.value("free"))
                .send());
    all.put(
        "authorize by no scope",
        w -> w.authorize("?scope=a%20or").header("X-API-Key", w.value("free")).send());
    all.put(
        "authorize from elsewhere",
        w ->
            w.authorize("")
                .header("X-Forwarded-For", "203.0.113.9")
                .header("X-API-Key", w.value("bound"))
                .send());
  }

  private static void frames(Map<String, Function<World, Answer>> all) {
    byte[] asked = bytes(about(UNKNOWN, ""));
    all.put(
        "no media type",
        w ->
            RawRequest.of(w.server.uri(), "POST", VERIFY)
                .header("X-API-Key", w.gateway)
                .send(asked));
    all.put(
        "another media type",
        w ->
            RawRequest.of(w.server.uri(), "POST", VERIFY)
                .header("X-API-Key", w.gateway)
                .header("Content-Type", "text/plain")
                .send(asked));
    all.put(
        "a charset",
        w ->
            RawRequest.of(w.server.uri(), "POST", VERIFY)
                .header("X-API-Key", w.gateway)
                .header("Content-Type", "application/json; charset=utf-8")
                .send(asked));
    all.put(
        "chunked", w -> w.verify().header("Transfer-Encoding", "chunked").sendAsIs(chunked(asked)));
    all.put(
        "expected",
        w ->
            w.verify()
                .header("Content-Length", String.valueOf(asked.length))
                .header("Expect", "100-continue")
                .sendAsIs(asked));
    all.put("two lengths", w -> w.verify().header("Content-Length", "5").send(asked));
    all.put("an id", w -> w.verify().header("X-Request-Id", "mine.1").send(asked));
    all.put("an id that is none", w -> w.verify().header("X-Request-Id", "a b").send(asked));
    all.put(
        "authorize with a body",
        w -> w.authorize("").header("X-API-Key", w.value("free")).send(asked));
    all.put(
        "authorize by POST with a body",
        w ->
            RawRequest.of(w.server.uri(), "POST", AUTHORIZE)
                .header("X-API-Key", w.value("free"))
                .send(asked));
  }

  private static byte[] chunked(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    return bytes(Integer.toHexString(body.length) + "\r\n" + text + "\r\n0\r\n\r\n");
  }

  private static void paths(Map<String, Function<World, Answer>> all) {
    byte[] asked = bytes(about(UNKNOWN, ""));
    for (String path :
        List.of(
            VERIFY + "/",
            VERIFY + ";a=b",
            VERIFY + ";jsessionid=1",
            "/api/v1/api-keys/verif%79",
            "/api/v1//api-keys/verify",
            "/api/v1/./api-keys/verify",
            "/api/v1/x/../api-keys/verify",
            "/api/v1/api-keys%2fverify",
            "/API/v1/api-keys/verify",
            VERIFY + "?",
            VERIFY + "?a=b")) {
      all.put(
          "path " + path,
          w ->
              RawRequest.of(w.server.uri(), "POST", path)
                  .header("Content-Type", "application/json")
                  .header("X-API-Key", w.gateway)
                  .send(asked));
    }
  }

  @TestFactory
  List<DynamicTest> answersAsTheServletsDo() {
    World other = Objects.requireNonNull(servlets);
    List<DynamicTest> tests = new ArrayList<>();
    requests()
        .forEach(
            (name, request) ->
                tests.add(
                    DynamicTest.dynamicTest(
                        name,
                        () ->
                            assertThat(shown(engine, request)).isEqualTo(shown(other, request)))));
    return tests;
  }

  /** Status, headers and body. */
  private static String shown(World world, Function<World, Answer> request) {
    Answer answer = request.apply(world);
    Map<String, List<String>> headers = new TreeMap<>(answer.headers());
    NEVER_TWICE.forEach(name -> headers.computeIfPresent(name, (key, value) -> List.of()));
    // by the second, by the length of ids, and by whether a body came before it was asked for
    headers.keySet().removeAll(List.of("x-ratelimit-reset", "content-length", "date"));
    headers.computeIfPresent("ratelimit", (key, value) -> List.of());
    return world.neutral(answer.status() + "\n" + headers + "\n" + answer.body());
  }

  /** A refused request's body is full of requests; none of them may be taken for one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST " + VERIFY,
        "POST " + AUTHORIZE,
        "GET " + AUTHORIZE,
        "GET /api/v1/api-keys",
        "DELETE /api/v1/api-keys/1"
      })
  void bodiesThatNobodyReadAreNoRequests(String line) throws IOException {
    String inner = "GET " + AUTHORIZE + " HTTP/1.1\r\nHost: a\r\nX-API-Key: x\r\n\r\n";
    byte[] body = bytes(inner.repeat(1_000));
    String head = line + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n";
    try (Socket socket = new Socket(engine.server.uri().getHost(), engine.server.uri().getPort())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(bytes(head));
      socket.getOutputStream().write(body, 0, 5_000);
      BufferedReader in = reader(socket);
      assertThat(answerTo(in)).startsWith("HTTP/1.1 401 ");
      socket.getOutputStream().write(body, 5_000, body.length - 5_000);
      socket.getOutputStream().write(bytes("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n" + inner));
      assertThat(answerTo(in)).startsWith("HTTP/1.1 200 ");
      assertThat(answerTo(in)).startsWith("HTTP/1.1 401 ");
    }
  }

  /** The engine would take what follows for the next request, where a proxy sees a body. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1;Transfer-Encoding: gzip, chunked",
        "HTTP/1.1;Transfer-Encoding: identity",
        "HTTP/1.1;Transfer-Encoding: xchunked",
        "HTTP/1.1;Transfer-Encoding: chunked, identity",
        "HTTP/1.1;Transfer-Encoding: chunked;Transfer-Encoding: chunked",
        "HTTP/1.1;Content-Length: 5;Transfer-Encoding: chunked",
        "HTTP/1.0;Connection: keep-alive;Transfer-Encoding: chunked"
      })
  void refusesABodyThatMayEndElsewhere(String head) throws IOException {
    for (String path : List.of(AUTHORIZE, "/health/live")) {
      try (Socket socket =
          new Socket(engine.server.uri().getHost(), engine.server.uri().getPort())) {
        socket.setSoTimeout(30_000);
        String inner = "GET " + AUTHORIZE + " HTTP/1.1\r\nHost: a\r\n\r\n";
        socket
            .getOutputStream()
            .write(
                bytes(
                    "GET "
                        + path
                        + " "
                        + head.replace(";", "\r\n")
                        + "\r\nHost: a\r\n\r\n"
                        + inner));
        BufferedReader in = reader(socket);
        assertThat(answerTo(in)).startsWith("HTTP/1.1 400 ");
        assertThat(in.read()).isEqualTo(-1);
      }
    }
  }

  /** Who waits to be asked for the body is asked for it, before the answer. */
  @Test
  void asksForABodyThatWaits() throws IOException {
    for (World world : List.of(engine, Objects.requireNonNull(servlets))) {
      byte[] asked = bytes(about(UNKNOWN, ""));
      try (Socket socket = new Socket(world.server.uri().getHost(), world.server.uri().getPort())) {
        socket.setSoTimeout(30_000);
        BufferedReader in = reader(socket);
        socket
            .getOutputStream()
            .write(
                bytes(
                    """
                    POST %s HTTP/1.1
                    Host: a
                    X-API-Key: %s
                    Content-Type: application/json
                    Content-Length: %d
                    Expect: 100-continue

                    """
                        .formatted(VERIFY, world.gateway, asked.length)
                        .replace("\n", "\r\n")));
        assertThat(answerTo(in)).startsWith("HTTP/1.1 100 ");
        socket.getOutputStream().write(asked);
        assertThat(answerTo(in)).startsWith("HTTP/1.1 200 ");
      }
    }
  }

  /** The engine knows no reason phrase for some of our answers, its own and the container's. */
  @ParameterizedTest
  @CsvSource({
    "GET /api/v1/authorize, 429 Too Many Requests",
    "GET /api/v1/api-keys, 429 Too Many Requests",
    "POST /api/v1/nothing, 404 Not Found",
    "POST /api/v1/api-keys, 422 Unprocessable Content"
  })
  void reasonsAreNamed(String line, String status) throws IOException {
    String body = "{\"name\":\"other\"}";
    engine
        .tenant
        .admin()
        .header("Idempotency-Key", "named")
        .post("/api/v1/api-keys", Map.of("name", "one"))
        .expect(201);
    String credential =
        line.startsWith("POST")
            ? "Authorization: Bearer " + engine.token
            : "X-API-Key: " + engine.value("spent");
    String request =
        line
            + " HTTP/1.1\nHost: a\nConnection: close\nIdempotency-Key: named\n"
            + credential
            + "\nContent-Type: application/json\nContent-Length: "
            + body.length()
            + "\n\n";
    try (Socket socket = new Socket(engine.server.uri().getHost(), engine.server.uri().getPort())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(bytes(request.replace("\n", "\r\n") + body));
      assertThat(answerTo(reader(socket))).isEqualTo("HTTP/1.1 " + status);
    }
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
  }

  /** Reads one answer whole, and shows its first line. */
  private static String answerTo(BufferedReader in) throws IOException {
    String first = String.valueOf(in.readLine());
    int length = 0;
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
      }
    }
    for (int i = 0; i < length; i++) {
      in.read();
    }
    return first;
  }

  @Test
  void tellsWhoAnswers() {
    assertThat(metric(engine.server)).isEqualTo("1");
    assertThat(metric(Objects.requireNonNull(second))).isEqualTo("0");
  }

  private static String metric(RunningServer server) {
    return server
        .anonymous()
        .header("Accept", "text/plain")
        .get("/metrics")
        .expect(200)
        .body()
        .lines()
        .filter(line -> line.startsWith("apikeys_engine_answers"))
        .map(line -> line.replaceAll("\\.0$", ""))
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .findFirst()
        .orElse("none");
  }
}
