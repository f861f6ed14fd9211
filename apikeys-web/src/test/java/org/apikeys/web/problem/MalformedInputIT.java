package org.apikeys.web.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.RawRequest;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is sent, the answer is a problem: 4xx with the field, never 5xx, never HTML. */
@ExtendWith(SharedServer.class)
class MalformedInputIT {
  private static final String KEYS = "/api/v1/api-keys";
  private static final String JSON = "application/json";

  private final Tenant tenant;
  private final Api admin;

  MalformedInputIT(Tenant tenant) {
    this.tenant = tenant;
    admin = tenant.admin();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"name": "a", "colour": 1}                              | colour
          {"name": "a", "name": "b"}                              | name
          {"name": "a", "restrictions": {"ip": {"alow": []}}}     | restrictions.ip.alow
          {"name": "a", "restrictions": {"ips": {}}}              | restrictions.ips
          {"name": "a", "restrictions": {"ip": {"allow": [1]}}}   | restrictions.ip.allow[0]
          {"name": "a", "restrictions": []}                       | restrictions
          {"name": "a", "restrictions": "none"}                   | restrictions
          {"name": "a", "scopes": "agents:read"}                  | scopes
          {"name": "a", "scopes": [1]}                            | scopes[0]
          {"name": "a", "scopes": [null]}                         | scopes[0]
          {"name": "a", "scopes": {"a": 1}}                       | scopes
          {"name": "a", "rate_limit": "100"}                      | rate_limit
          {"name": "a", "rate_limit": 1.5}                        | rate_limit
          {"name": "a", "rate_limit": 1.0e400}                    | rate_limit
          {"name": "a", "rate_limit": 9223372036854775808}        | rate_limit
          {"name": "a", "rate_limit": []}                         | rate_limit
          {"name": "a", "rate_limits": {"requests": {"per_minute": "1"}}}  | rate_limits.requests.per_minute
          {"name": "a", "rate_limits": {"requests": {"per_minute": -1}}}   | rate_limits.requests.per_minute
          {"name": "a", "rate_limits": {"requests": {"per_fortnight": 1}}} | rate_limits.requests.per_fortnight
          {"name": "a", "rate_limits": {"payload_bytes": 1e999}}  | rate_limits.payload_bytes
          {"name": "a", "publishable": "yes"}                     | publishable
          {"name": "a", "publishable": 1}                         | publishable
          {"name": "a", "metadata": []}                           | metadata
          {"name": "a", "metadata": "x"}                          | metadata
          {"name": "a", "tags": "ci"}                             | tags
          {"name": "a", "tags": [true]}                           | tags[0]
          {"name": "a", "owner": 1}                               | owner
          {"name": "a", "description": {}}                        | description
          {"name": "a", "type": 1}                                | type
          {"name": "a", "expires_at": {}}                         | expires_at
          """)
  void namesTheFieldThatIsWrong(String body, String field) {
    admin.post(KEYS, body).expectInvalid(field);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "7",
        "\"name\"",
        "{",
        "}",
        "{\"name\"}",
        "{\"name\": }",
        "{\"name\": \"a\",}",
        "{'name': 'a'}",
        "{name: \"a\"}",
        "{\"name\": \"a\"} {\"name\": \"b\"}",
        "{\"name\": \"a\"} x",
        "{\"name\": \"a\", \"rate_limit\": 0100}",
        "{\"name\": \"a\", \"rate_limit\": NaN}",
        "{\"name\": \"a\", \"rate_limit\": +1}",
        "{\"name\": \"\\x\"}",
        "{\"name\": \"a\nb\"}",
        "{\"name\": \"a\"} // comment",
        "<name>a</name>",
        "name=a"
      })
  void refusesWhatIsNoJsonObject(String body) {
    admin
        .sendBytes("POST", KEYS, JSON, body.getBytes(StandardCharsets.UTF_8))
        .expectProblem(400, "VALIDATION_FAILED");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        KEYS,
        KEYS + "/import",
        "/api/v1/users",
        "/api/v1/key-requests",
        "/api/v1/webhooks",
        "/api/v1/usage",
        "/api/v1/auth/token"
      })
  void refusesACallWithoutTheBodyThatItNeeds(String path) {
    admin.post(path).expectProblem(400, "VALIDATION_FAILED");
    admin.sendBytes("POST", path, JSON, new byte[0]).expectProblem(400, "VALIDATION_FAILED");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\u0000", "a\\u0000b", "\\ud800", "a\\udfffb", "\\udc00\\ud800"})
  void refusesTextThatNoStoreKeeps(String text) {
    admin.post(KEYS, "{\"name\": \"" + text + "\"}").expectInvalid("name");
    admin
        .post(KEYS, "{\"name\": \"a\", \"description\": \"" + text + "\"}")
        .expectInvalid("description");
    admin
        .post(KEYS, "{\"name\": \"a\", \"metadata\": {\"k\": \"" + text + "\"}}")
        .expectProblem(400, "VALIDATION_FAILED");
    admin
        .post(KEYS, "{\"name\": \"a\", \"tags\": [\"" + text + "\"]}")
        .expectProblem(400, "VALIDATION_FAILED");
  }

  @Test
  void keepsTextOfAnyLanguage() {
    String name = "ключ 鍵 🔑 مفتاح " + Unique.name("n");
    IssuedKey key = tenant.key().with("name", name).issue();
    assertThat(admin.get(key.path()).expect(200).text("/name")).isEqualTo(name);
  }

  static Stream<byte[]> brokenUtf8() {
    return Stream.of(
        bytes(0xC0, 0x80),
        bytes(0xFF, 0xFE),
        bytes(0xED, 0xA0, 0x80),
        bytes(0xF5, 0x80, 0x80, 0x80),
        bytes(0xE2, 0x82));
  }

  @ParameterizedTest
  @MethodSource("brokenUtf8")
  void refusesBrokenUtf8(byte[] broken) {
    byte[] start = "{\"name\": \"a".getBytes(StandardCharsets.US_ASCII);
    byte[] end = "\"}".getBytes(StandardCharsets.US_ASCII);
    byte[] body = Arrays.copyOf(start, start.length + broken.length + end.length);
    System.arraycopy(broken, 0, body, start.length, broken.length);
    System.arraycopy(end, 0, body, start.length + broken.length, end.length);
    admin.sendBytes("POST", KEYS, JSON, body).expectProblem(400, "VALIDATION_FAILED");
  }

  @Test
  void refusesABodyOverAMebibyte() {
    byte[] body = filled("{\"name\": \"", 10 * 1024 * 1024, "\"}");
    for (String path : List.of(KEYS, Gateway.VERIFY, "/api/v1/auth/token", "/api/v1/usage")) {
      Answer answer =
          RawRequest.of(tenant.server().uri(), "POST", path)
              .header("Authorization", "Bearer " + token())
              .header("Content-Type", JSON)
              .send(body);
      answer.expectProblem(413, "PAYLOAD_TOO_LARGE");
    }
    // Just below the limit the body is read, and its field is at fault.
    admin
        .sendBytes("POST", KEYS, JSON, filled("{\"name\": \"", 1024 * 1024 - 20, "\"}"))
        .expectInvalid("name");
  }

  @Test
  void refusesALargeBodyWhoseLengthIsNotTold() {
    byte[] chunk = filled("", 64 * 1024, "");
    StringBuilder chunks = new StringBuilder();
    chunks.append("a\r\n{\"name\": \"\r\n");
    for (int i = 0; i < 40; i++) {
      chunks
          .append(Integer.toHexString(chunk.length))
          .append("\r\n")
          .append(new String(chunk, StandardCharsets.US_ASCII))
          .append("\r\n");
    }
    chunks.append("2\r\n\"}\r\n0\r\n\r\n");
    RawRequest.of(tenant.server().uri(), "POST", KEYS)
        .header("Authorization", "Bearer " + token())
        .header("Content-Type", JSON)
        .header("Transfer-Encoding", "chunked")
        .sendAsIs(chunks.toString().getBytes(StandardCharsets.US_ASCII))
        .expectProblem(413, "PAYLOAD_TOO_LARGE");
  }

  @Test
  void refusesDeepNesting() {
    int depth = 10_000;
    String array = "[".repeat(depth) + "]".repeat(depth);
    String object = "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
    for (String deep : List.of(array, object)) {
      admin.post(KEYS, deep).expectProblem(400, "VALIDATION_FAILED");
      admin
          .post(KEYS, "{\"name\": \"a\", \"metadata\": {\"x\": " + deep + "}}")
          .expectProblem(400, "VALIDATION_FAILED");
      tenant
          .gateway()
          .api()
          .post(Gateway.VERIFY, "{\"key\": " + deep + "}")
          .expectProblem(400, "VALIDATION_FAILED");
    }
  }

  @Test
  void refusesAHugeNumberQuickly() {
    String digits = "9".repeat(500_000);
    admin
        .post(KEYS, "{\"name\": \"a\", \"rate_limit\": " + digits + "}")
        .expectProblem(400, "VALIDATION_FAILED");
    admin
        .post(KEYS, "{\"name\": \"a\", \"metadata\": {\"n\": 1e1000000000}}")
        .expectProblem(400, "VALIDATION_FAILED");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "application/json-patch+json",
        "a/b",
        "zzz",
        "a/b; c=\""
      })
  void refusesAnotherContentType(String type) {
    for (String path : List.of(KEYS, Gateway.VERIFY)) {
      admin
          .sendBytes("POST", path, type, "{\"name\": \"a\"}".getBytes(StandardCharsets.UTF_8))
          .expectProblem(415, "UNSUPPORTED_MEDIA_TYPE");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text/plain", "text/json", "application/merge-patch+json", "a/b+json", "zzz"})
  void refusesAnotherContentTypeOfABodyThatMayBeAbsent(String type) {
    for (String path : List.of(KEYS + "/1/rotate", "/api/v1/key-requests/1/claim")) {
      admin
          .sendBytes("POST", path, type, "{}".getBytes(StandardCharsets.UTF_8))
          .expectProblem(415, "UNSUPPORTED_MEDIA_TYPE");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "DELETE"})
  void answersACallWhoseBodyMeansNothing(String method) {
    admin
        .sendBytes(
            method,
            KEYS + "/999999999",
            "application/json",
            "{\"reason\": \"left\"}".getBytes(StandardCharsets.UTF_8))
        .expectProblem(404, "NOT_FOUND");
  }

  @Test
  void takesAContentTypeWithACharset() {
    String body = "{\"name\": \"" + Unique.name("utf") + "\"}";
    admin
        .sendBytes(
            "POST", KEYS, "application/json; charset=UTF-8", body.getBytes(StandardCharsets.UTF_8))
        .expect(201);
  }

  @ParameterizedTest
  @CsvSource({"/api/v1/api-keys, POST", "/api/v1/api-keys/1, PUT", "/api/keys, DELETE"})
  void saysWhichMethodsAPathTakes(String path, String method) {
    Answer answer = admin.send("OPTIONS", path, null);
    assertThat(answer.status()).isBetween(200, 204);
    assertThat(answer.requireHeader("allow")).contains("GET", method);
    assertThat(answer.body()).doesNotContain("wadl", "jersey");
    tenant.server().anonymous().send("OPTIONS", path, null).expect(401);
  }

  @Test
  void answersNotAcceptable() {
    admin.header("Accept", "application/xml").get(KEYS).expectProblem(406, "NOT_ACCEPTABLE");
    admin.header("Accept", "*/*").get(KEYS).expect(200);
    admin.header("Accept", "text/html, application/json;q=0.5").get(KEYS).expect(200);
  }

  @ParameterizedTest
  @CsvSource({
    "PATCH, /api/v1/api-keys",
    "PUT, /api/v1/api-keys",
    "DELETE, /api/v1/api-keys",
    "PATCH, /api/v1/api-keys/1",
    "GET, /api/v1/auth/token",
    "DELETE, /api/v1/auth/token",
    "GET, /api/v1/api-keys/verify",
    "PUT, /api/v1/api-keys/verify",
    "POST, /api/v1/audit/events",
    "PROPFIND, /api/v1/api-keys"
  })
  void answersMethodNotAllowed(String method, String path) {
    Answer answer =
        RawRequest.of(tenant.server().uri(), method, path)
            .header("Authorization", "Bearer " + token())
            .send();
    if (path.endsWith("/verify") && answer.status() == 404) {
      // Read as the id of a key, which it is none.
      answer.expectProblem(404, "NOT_FOUND");
    } else {
      answer.expectProblem(405, "METHOD_NOT_ALLOWED");
    }
    assertThat(answer.body()).doesNotContain("<");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api",
        "/api/",
        "/api/v1",
        "/api/v2/api-keys",
        "/api/v1/unicorns",
        "/api/v1/api-keys/1/unicorns",
        "/nothing/here",
        "/WEB-INF/web.xml",
        "/META-INF/MANIFEST.MF",
        "/api/../WEB-INF/web.xml"
      })
  void answersNotFoundWithAProblem(String path) {
    Answer answer =
        RawRequest.of(tenant.server().uri(), "GET", path)
            .header("Authorization", "Bearer " + token())
            .header("Accept", "text/html,*/*")
            .send();
    assertThat(answer.status()).as("%s", answer).isIn(400, 404);
    answer.expectAnyProblem();
    assertThat(answer.body()).doesNotContain("<").doesNotContain("Payara");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/api-keys;x=1",
        "/api/v1;x/api-keys",
        "/api/v1/api-keys/scopes;jsessionid=1",
        "/api//v1/api-keys",
        "/api/v1//api-keys",
        "//api/v1/api-keys",
        "/api/v1/api-keys//scopes",
        "/api/./v1/api-keys",
        "/api/v1/../v1/api-keys",
        "/api/%2e/v1/api-keys",
        "/api/v1/%2e%2e/v1/api-keys",
        "/api/v1%2Fapi-keys",
        "/api/v1/api-keys%2fscopes",
        "/api/v1/api%2Dkeys;",
        "/api/v1/api-keys%3Bx=1"
      })
  void takesPathsLiterally(String path) {
    Answer answer =
        RawRequest.of(tenant.server().uri(), "GET", path)
            .header("Authorization", "Bearer " + token())
            .send();
    assertThat(answer.status()).as("%s", answer).isIn(400, 404);
    answer.expectAnyProblem();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/authorize%",
    "GET, /health/ready%zz",
    "GET, /console/%zz",
    "GET, /%",
    "DELETE, /api/v1/api-keys/key-1%",
    "POST, /api/v1/api-keys/verify%2",
    "OPTIONS, /openapi%u0041",
    "GET, /api/v1/api-keys/%ff",
    "GET, /api/v1/%c0%ae",
    "GET, /api/v1/key%00s"
  })
  void refusesAPathThatNobodyCanRead(String method, String target) {
    for (String token : List.of("Bearer " + token(), "Bearer x")) {
      Answer answer =
          RawRequest.of(tenant.server().uri(), method, target)
              .header("Authorization", token)
              .header("X-Request-Id", "broken-path")
              .send()
              .expectProblem(400, "VALIDATION_FAILED");
      assertThat(answer.body()).contains("path");
      assertThat(answer.requireHeader("x-request-id")).isEqualTo("broken-path");
      assertThat(answer.requireHeader("x-content-type-options")).isEqualTo("nosniff");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/api/v1\\api-keys", "/api/v1/api-keys%5Cscopes", "/../api/v1/api-keys", "/.."})
  void findsNothingAtAPathThatLeadsBesideTheRoot(String target) {
    RawRequest.of(tenant.server().uri(), "GET", target)
        .header("Authorization", "Bearer " + token())
        .send()
        .expectProblem(404, "NOT_FOUND");
  }

  @Test
  void answersNothingButTheStatusToABrokenPathByHead() {
    Answer answer = RawRequest.of(tenant.server().uri(), "HEAD", "/api/%zz").send();
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.header("x-request-id")).isPresent();
  }

  @Test
  void leavesWhatIsNoRequestToTheListenerWhichSaysNothing() {
    Answer answer =
        RawRequest.of(tenant.server().uri(), "TRACE", "/api/v1/api-keys")
            .header("Authorization", "Bearer " + token())
            .send();
    assertThat(answer.status()).as("%s", answer).isEqualTo(405);
  }

  @Test
  void refusesUnknownPathsToStrangersWithoutAHint() {
    Answer answer = tenant.server().anonymous().get("/api/v1/unicorns");
    assertThat(answer.expectAnyProblem().status()).isIn(401, 404);
  }

  @Test
  void answersAMistakenHeaderWithoutHtml() {
    for (String header : List.of("X-Long: " + "x".repeat(60_000), "Content-Length: -5")) {
      int colon = header.indexOf(':');
      Answer answer =
          RawRequest.of(tenant.server().uri(), "GET", KEYS)
              .header(header.substring(0, colon), header.substring(colon + 2))
              .send();
      assertThat(answer.status()).isBetween(400, 499);
      assertThat(answer.body()).doesNotContain("<html").doesNotContain("Exception");
    }
  }

  @Test
  void showsNothingOfItsInside() {
    for (Answer answer :
        List.of(
            admin.post(KEYS, "{\"name\": {\"$ref\": 1}}"),
            admin.get(KEYS + "?q='%3B%20drop%20table%20api_keys--"),
            admin.get(KEYS + "?sort=name'"),
            admin.get(KEYS + "/1'%20or%20'1'='1"))) {
      assertThat(answer.status()).as("%s", answer).isBetween(200, 404);
      assertThat(answer.body())
          .doesNotContain("Exception")
          .doesNotContain("org.apikeys")
          .doesNotContain("jackson")
          .doesNotContain("SELECT")
          .doesNotContain("\tat ");
      assertThat(answer.header("x-powered-by")).isEmpty();
    }
  }

  private String token() {
    return tenant.person("admin").token();
  }

  private static byte[] filled(String start, int size, String end) {
    byte[] body = new byte[size];
    Arrays.fill(body, (byte) 'x');
    byte[] first = start.getBytes(StandardCharsets.US_ASCII);
    byte[] last = end.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(first, 0, body, 0, first.length);
    System.arraycopy(last, 0, body, size - last.length, last.length);
    return body;
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
