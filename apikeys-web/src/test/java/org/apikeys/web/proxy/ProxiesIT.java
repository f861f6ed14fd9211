package org.apikeys.web.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Ports;
import org.apikeys.web.server.RawRequest;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code config/proxies} promises, by real proxies in front of a real application. */
@TestInstance(Lifecycle.PER_CLASS)
class ProxiesIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int MOST_TRIES = 20;
  private static final int CALLS = 300;
  private static final String SCOPE = "agents:read";

  private final Upstream application = new Upstream();
  private final Map<Proxy, RunningProxy> proxies = new EnumMap<>(Proxy.class);
  private final List<AutoCloseable> opened = new ArrayList<>();

  @SuppressWarnings("NullAway.Init")
  private RunningServer server;

  @SuppressWarnings("NullAway.Init")
  private Tenant tenant;

  @BeforeAll
  void startTheServer() {
    server = RunningServer.named("proxies").setting("APIKEYS_TRUSTED_PROXIES", "127.0.0.1").start();
    tenant = server.newTenant();
  }

  @AfterAll
  void stopAll() throws Exception {
    for (RunningProxy proxy : proxies.values()) {
      proxy.close();
    }
    for (AutoCloseable one : opened) {
      one.close();
    }
    application.close();
    server.close();
  }

  private RunningProxy running(Proxy proxy) {
    proxy.require();
    return proxies.computeIfAbsent(
        proxy, kind -> RunningProxy.start(kind, server.port(), application.port()));
  }

  private IssuedKey reader() {
    return tenant.key().scopes(SCOPE).unlimited().issue();
  }

  @ParameterizedTest
  @EnumSource
  void tellsTheApplicationWhoCallsAndKeepsTheKey(Proxy proxy) {
    IssuedKey key = tenant.key().scopes(SCOPE).perMinute(50).issue();
    Answer answer = running(proxy).api().withKey(key.value()).get("/agents/7?x=1").expect(200);
    assertThat(answer.text("/path")).isEqualTo("/agents/7?x=1");
    JsonNode headers = answer.at("/headers");
    assertThat(headers.path("x-key-id").asText()).isEqualTo("[" + key.keyId() + "]");
    assertThat(headers.path("x-key-owner").asText())
        .isEqualTo("[" + tenant.person("admin").name() + "]");
    assertThat(headers.path("x-key-organization").asText()).isEqualTo("[" + tenant.id() + "]");
    assertThat(headers.path("x-key-scopes").asText()).isEqualTo("[" + SCOPE + "]");
    assertThat(headers.path("x-decision-id").asText()).matches("\\[\\w+]");
    assertThat(answer.body()).doesNotContain(key.value());
    assertThat(answer.requireHeader("x-ratelimit-limit")).isEqualTo("50");
    assertThat(answer.requireHeader("x-ratelimit-remaining")).isEqualTo("49");
    Answer byBearer = running(proxy).api().as(key.value()).get("/agents").expect(200);
    assertThat(byBearer.body()).doesNotContain(key.value());
  }

  @ParameterizedTest
  @EnumSource
  void passesOnNothingThatTheClientMadeUp(Proxy proxy) {
    IssuedKey key = tenant.key().scopes(SCOPE).unlimited().issue();
    Answer answer =
        running(proxy)
            .api()
            .withKey(key.value())
            .header("X-Key-Id", "key-999")
            .header("x_key_id", "key-999")
            .header("X-Key-Scopes", "made-up")
            .header("X-Key_Owner", "made-up")
            .header("X-Decision-Id", "made-up")
            .header("X-Forwarded-For", "203.0.113.9")
            .get("/agents")
            .expect(200);
    assertThat(answer.body()).doesNotContain("key-999", "made-up", "203.0.113.9");
    assertThat(answer.at("/headers").path("x-forwarded-for").asText()).isEqualTo("[127.0.0.1]");
  }

  @ParameterizedTest
  @EnumSource
  void answers401WithoutAGoodKey(Proxy proxy) {
    Api client = running(proxy).api();
    for (Answer answer :
        List.of(client.get("/agents"), client.withKey("sk_live_x").get("/anything"))) {
      answer.expect(401);
      assertThat(answer.requireHeader("www-authenticate")).startsWith("Bearer");
      assertThat(answer.text("/code")).isEqualTo("UNAUTHENTICATED");
    }
  }

  @ParameterizedTest
  @EnumSource
  void answers403ByTheScopeOfTheRoute(Proxy proxy) {
    Api client = running(proxy).api().withKey(reader().value());
    client.get("/anything").expect(200);
    for (Answer answer :
        List.of(
            client.post("/agents", Map.of("name", "x")),
            client.delete("/agents/7"),
            client.get("/deployments"),
            client.get("/metrics"))) {
      assertThat(answer.expect(403).text("/code")).isEqualTo("INSUFFICIENT_SCOPE");
    }
    Api writer =
        running(proxy)
            .api()
            .withKey(tenant.key().scopes("agents:write").unlimited().issue().value());
    writer.post("/agents", Map.of("name", "x")).expect(200);
    writer.get("/deployments").expect(200);
    writer.get("/agents").expect(403);
  }

  @ParameterizedTest
  @EnumSource
  void answers429WithRetryAfter(Proxy proxy) {
    IssuedKey key =
        tenant
            .key()
            .scopes(SCOPE)
            .with("rate_limits", Map.of("requests", Map.of("per_day", 2)))
            .issue();
    Api client = running(proxy).api().withKey(key.value());
    client.get("/agents").expect(200);
    client.get("/agents").expect(200);
    int before = application.calls();
    Answer denied = client.get("/agents").expect(429);
    assertThat(denied.text("/code")).isEqualTo("RATE_LIMITED");
    assertThat(Integer.parseInt(denied.requireHeader("retry-after"))).isBetween(1, 86_400);
    assertThat(denied.requireHeader("x-ratelimit-limit")).isEqualTo("2");
    assertThat(denied.requireHeader("x-ratelimit-remaining")).isEqualTo("0");
    assertThat(application.calls()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void takesPublishableKeysAloneFromTheQuery(Proxy proxy) {
    Api client = running(proxy).api();
    IssuedKey publishable =
        tenant
            .key()
            .with("publishable", true)
            .with("environment", "development")
            .scopes(SCOPE)
            .unlimited()
            .issue();
    client.get("/agents?a=1&api_key=" + publishable.value()).expect(200);
    Answer secret = client.get("/agents?api_key=" + reader().value()).expect(401);
    assertThat(secret.text("/code")).isEqualTo("KEY_IN_URL");
  }

  @ParameterizedTest
  @EnumSource
  void refusesAmbiguousCredentials(Proxy proxy) {
    Answer answer =
        RawRequest.of(running(proxy).uri(), "GET", "/agents")
            .header("X-API-Key", reader().value())
            .header("X-API-Key", reader().value())
            .send();
    assertThat(answer.expect(400).text("/code")).isEqualTo("AMBIGUOUS_CREDENTIALS");
  }

  @ParameterizedTest
  @EnumSource
  void handsOnTheAddressOfTheClient(Proxy proxy) {
    IssuedKey key =
        tenant
            .key()
            .scopes(SCOPE)
            .unlimited()
            .with("restrictions", Map.of("ip", Map.of("allow", List.of("127.0.0.2"))))
            .issue();
    Answer spoofed =
        running(proxy)
            .api()
            .withKey(key.value())
            .header("X-Forwarded-For", "127.0.0.2")
            .get("/agents");
    assertThat(spoofed.expect(403).text("/code")).isEqualTo("IP_NOT_ALLOWED");
    RawRequest.of(running(proxy).uri(), "GET", "/agents")
        .from("127.0.0.2")
        .header("X-API-Key", key.value())
        .send()
        .expect(200);
  }

  @ParameterizedTest
  @EnumSource
  void takesNoOtherSpellingOfAPathForAnotherRoute(Proxy proxy) {
    IssuedKey key = reader();
    for (String path :
        List.of("/%61gents", "//agents", "/x/../agents", "/./agents", "/ping/..%2fagents")) {
      int before = application.calls();
      Answer answer =
          RawRequest.of(running(proxy).uri(), "POST", path).header("X-API-Key", key.value()).send();
      assertThat(answer.status()).as(answer.toString()).isIn(400, 403, 404);
      assertThat(application.calls()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesAPathThatTheApplicationMayReadAsAnotherOne(Proxy proxy) {
    IssuedKey key = tenant.key().scopes("metrics:read").unlimited().issue();
    for (String path :
        List.of(
            "/agents;x=1",
            "/;x/agents",
            "/x/..;/agents",
            "/metrics/..;/agents",
            "/agents%3bx",
            "/x\\..\\agents",
            "/x%5cagents")) {
      int before = application.calls();
      Answer answer =
          RawRequest.of(running(proxy).uri(), "GET", path).header("X-API-Key", key.value()).send();
      assertThat(answer.status()).as(path + ": " + answer).isEqualTo(400);
      assertThat(application.calls()).isEqualTo(before);
    }
    RawRequest.of(running(proxy).uri(), "GET", "/caf%C3%A9%20au%20lait?x=a;b")
        .header("X-API-Key", key.value())
        .send()
        .expect(200);
  }

  /** {@code /ping} is open; an application that takes paths to the letter would serve the rest. */
  @ParameterizedTest
  @EnumSource
  void opensNoPathThatOnlyTheProxyReadsAsAnOpenOne(Proxy proxy) {
    for (String path :
        List.of(
            "/agents/../ping",
            "/agents/run/../../ping",
            "/agents/%2e%2e/ping",
            "/agents/..%2fping",
            "/agents/%2E%2E%2Fping?a=/..",
            "/agents/..//../ping",
            "//ping",
            "/./ping",
            "/ping/.")) {
      int before = application.calls();
      Answer answer = RawRequest.of(running(proxy).uri(), "POST", path).send();
      assertThat(answer.status()).as(path + ": " + answer).isEqualTo(400);
      assertThat(application.calls()).isEqualTo(before);
    }
    RawRequest.of(running(proxy).uri(), "GET", "/ping?to=//a/../b/..").send().expect(200);
  }

  @ParameterizedTest
  @EnumSource
  void tellsWhoCallsAlsoWhenTheClientWouldNotHaveItPassedOn(Proxy proxy) {
    IssuedKey key = reader();
    Answer answer =
        RawRequest.of(running(proxy).uri(), "GET", "/agents")
            .header("X-API-Key", key.value())
            .header("Connection", "close, X-Key-Id, X-Key-Scopes")
            .send();
    assertThat(answer.expect(200).at("/headers").path("x-key-id").asText())
        .isEqualTo("[" + key.keyId() + "]");
  }

  /** A sidecar grants without one. */
  @ParameterizedTest
  @EnumSource
  void passesOnNoDecisionIdWhereThereIsNone(Proxy proxy) throws IOException {
    proxy.require();
    HttpServer brief =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    brief.createContext(
        "/",
        asked -> {
          for (String name : List.of("Id", "Owner", "Organization", "Scopes")) {
            asked.getResponseHeaders().add("X-Key-" + name, "1");
          }
          asked.sendResponseHeaders(200, -1);
          asked.close();
        });
    brief.start();
    try (RunningProxy alone =
        RunningProxy.start(proxy, brief.getAddress().getPort(), application.port())) {
      Answer answer = alone.api().withKey(reader().value()).get("/agents").expect(200);
      assertThat(answer.at("/headers").path("x-key-id").asText()).isEqualTo("[1]");
      assertThat(answer.at("/headers").has("x-decision-id")).as(answer.body()).isFalse();
    } finally {
      brief.stop(0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void letsNothingThroughWhenTheServerIsGone(Proxy proxy) {
    proxy.require();
    try (RunningProxy alone = RunningProxy.start(proxy, Ports.free(), application.port())) {
      int before = application.calls();
      Answer answer = alone.api().withKey(reader().value()).get("/agents").expect(503);
      assertThat(answer.text("/code")).isEqualTo("STORE_UNAVAILABLE");
      assertThat(application.calls()).isEqualTo(before);
      alone.api().get("/ping").expect(200);
    }
  }

  @ParameterizedTest
  @EnumSource
  void letsNothingThroughWhenTheServerDoesNotAnswer(Proxy proxy) throws IOException {
    proxy.require();
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        RunningProxy alone = RunningProxy.start(proxy, silent.getLocalPort(), application.port())) {
      int before = application.calls();
      alone.api().withKey(reader().value()).get("/agents").expect(503);
      assertThat(application.calls()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsCallersApartOnKeptConnections(Proxy proxy) {
    RunningProxy running = running(proxy);
    int connectionsBefore = application.connections();
    List<IssuedKey> keys = List.of(reader(), reader(), reader());
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(running.uri().resolve("/agents")).timeout(Duration.ofMinutes(1));
      int who = i % 4;
      request.header("X-API-Key", who == 3 ? "sk_live_nobody" : keys.get(who).value());
      answers.add(client.sendAsync(request.build(), BodyHandlers.ofString()));
      if (i % 16 == 15) {
        answers.get(i - 15).join();
      }
    }
    for (int i = 0; i < CALLS; i++) {
      HttpResponse<String> answer = answers.get(i).join();
      if (i % 4 == 3) {
        assertThat(answer.statusCode()).isEqualTo(401);
      } else {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(Json.read(answer.body()).at("/headers/x-key-id").asText())
            .isEqualTo("[" + keys.get(i % 4).keyId() + "]");
      }
    }
    assertThat(application.connections() - connectionsBefore).isLessThan(CALLS / 2);
  }

  @Test
  void nginxRemembersAGrantedCallForASecondWhereARouteSaysSo() {
    remembers(running(Proxy.NGINX), "/metrics", "metrics:read");
  }

  @Test
  void haproxyRemembersAGrantedCallWhenItIsSetTo() {
    Proxy.HAPROXY.require();
    RunningProxy caching =
        RunningProxy.start(
            Proxy.HAPROXY,
            server.port(),
            application.port(),
            "APIKEYS_CACHE_SECONDS 0",
            "APIKEYS_CACHE_SECONDS 1");
    opened.add(caching);
    remembers(caching, "/agents", SCOPE);
  }

  /** A key with one call a day makes two at once, and none a moment later. */
  private void remembers(RunningProxy proxy, String path, String scope) {
    for (int i = 0; i < MOST_TRIES; i++) {
      IssuedKey key =
          tenant
              .key()
              .scopes(scope)
              .with("rate_limits", Map.of("requests", Map.of("per_day", 1)))
              .issue();
      Api client = proxy.api().withKey(key.value());
      client.get(path).expect(200);
      boolean remembered = client.get(path).status() == 200;
      proxy.api().withKey(key.value() + "x").get(path).expect(401);
      Eventually.within(LIMIT, () -> client.get(path).expect(429));
      if (remembered) {
        return;
      }
    }
    throw new AssertionError("no call was remembered");
  }
}
