package org.apikeys.web.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Tenant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What the server sends to others by itself: spans of decisions to a collector (OTLP over HTTP),
 * and alerts to a webhook. It needs settings, and so a server of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TellingIT {
  private static final System.Logger LOG = System.getLogger(TellingIT.class.getName());

  /** What is promised within 2 s on a quiet server is given more time on a busy machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int ROUNDS = 5;

  private record Received(String path, String body, long nanos) {}

  private final Queue<Received> received = new ConcurrentLinkedQueue<>();
  private @Nullable HttpServer others;
  private @Nullable RunningServer server;
  private @Nullable Tenant tenant;

  @BeforeAll
  void start() throws IOException {
    HttpServer listening =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    listening.setExecutor(Executors.newCachedThreadPool());
    listening.createContext(
        "/",
        exchange -> {
          // each byte is a character: what is searched for may be no text
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
          received.add(new Received(exchange.getRequestURI().getPath(), body, System.nanoTime()));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    listening.start();
    others = listening;
    RunningServer started =
        RunningServer.named("telling")
            .setting("APIKEYS_WEBHOOKS_ALLOW_PRIVATE", "true")
            .setting("OTEL_SDK_DISABLED", "false")
            .setting("OTEL_SERVICE_NAME", "apikeys")
            .setting("OTEL_TRACES_EXPORTER", "otlp")
            .setting("OTEL_METRICS_EXPORTER", "none")
            .setting("OTEL_LOGS_EXPORTER", "none")
            .setting("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
            .setting("OTEL_EXPORTER_OTLP_ENDPOINT", address())
            .setting("OTEL_BSP_SCHEDULE_DELAY", "500")
            .start();
    server = started;
    tenant = started.newTenant();
  }

  private String address() {
    assertThat(others).isNotNull();
    return "http://127.0.0.1:" + others.getAddress().getPort();
  }

  private Tenant tenant() {
    assertThat(tenant).isNotNull();
    return tenant;
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.close();
    }
    if (others != null) {
      others.stop(0);
    }
  }

  @Test
  void aDecisionIsASpanOfTheCallersTrace() {
    IssuedKey key = tenant().key().unlimited().issue();
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    String parent = "00f067aa0ba902b7";
    String decision =
        tenant()
            .gateway()
            .api()
            .header("traceparent", "00-" + trace + "-" + parent + "-01")
            .post("/api/v1/api-keys/verify", Json.object("key", key.value()))
            .expect(200)
            .text("/decision_id");
    Eventually.within(
        PATIENCE,
        () ->
            assertThat(received)
                .anySatisfy(
                    message -> {
                      assertThat(message.path()).isEqualTo("/v1/traces");
                      assertThat(message.body())
                          .contains("apikeys.decision.id", decision, "VALID", key.keyId())
                          .contains(bytes(trace), bytes(parent));
                    }));
    assertThat(received).noneMatch(message -> message.body().contains(key.value()));
  }

  @Test
  void aSpanOfTheServersTellsNoQuery() {
    IssuedKey key =
        tenant()
            .key()
            .with("publishable", true)
            .with("environment", "development")
            .with("scopes", List.of("keys:read"))
            .issue();
    String marker = "sought" + System.nanoTime();
    String trace = "0af7651916cd43dd8448eb211c80319c";
    for (String path : List.of("/api/v1/no-such-place", "/api/v1/users", "/api/v1/api-keys")) {
      tenant()
          .server()
          .anonymous()
          .header("traceparent", "00-" + trace + "-b7ad6b7169203331-01")
          .get(path + "?q=" + marker + "&api_key=" + key.value());
    }
    Eventually.within(
        PATIENCE,
        () ->
            assertThat(received)
                .anyMatch(
                    message ->
                        message.path().equals("/v1/traces")
                            && message.body().contains(bytes(trace))
                            && message.body().contains("/api/v1/api-keys")));
    assertThat(received)
        .noneMatch(
            message -> message.body().contains(marker) || message.body().contains(key.value()));
  }

  private static String bytes(String hex) {
    return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
  }

  @Test
  void anEventReachesAWebhookWithinSeconds() {
    tenant()
        .admin()
        .post(
            "/api/v1/webhooks",
            Json.object("url", address() + "/hook", "events", List.of("alert.raised")))
        .expect(201);
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      IssuedKey key = tenant().key().issue();
      long began = System.nanoTime();
      tenant().server().anonymous().get("/api/v1/api-keys?api_key=" + key.value());
      long[] at = {0};
      Eventually.within(
          PATIENCE,
          () -> {
            List<Received> told =
                received.stream()
                    .filter(
                        message ->
                            message.path().equals("/hook")
                                && message.body().contains("\"" + key.keyId() + "\""))
                    .toList();
            assertThat(told).isNotEmpty();
            at[0] = told.get(0).nanos();
          });
      millis.add((at[0] - began) / 1_000_000);
    }
    Collections.sort(millis);
    LOG.log(System.Logger.Level.INFO, "milliseconds from event to webhook: {0}", millis);
    assertThat(millis.get(ROUNDS - 1)).isLessThan(PATIENCE.toMillis());
  }
}
