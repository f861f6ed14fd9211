package org.apikeys.web.fault;

import static org.apikeys.web.server.Measured.millisSince;
import static org.apikeys.web.server.Measured.report;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;

/** Webhooks and a mail server that do not answer, or that answer a byte at a time. */
class ReceiversCampaign {
  private static final String FAULT = "receivers that do not answer";
  private static final Duration LONG = Duration.ofMinutes(2);

  /** A delivery comes within this, and so does all that the server does by itself. */
  private static final Duration PROMISE = Duration.ofSeconds(15);

  private static final int DEAD = 20;

  /** Takes connections, and answers nothing or one byte after the other. */
  private static final class Tarpit implements AutoCloseable {
    private final ServerSocket socket =
        new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
    private final String bytes;

    Tarpit(String bytes) throws IOException {
      this.bytes = bytes;
      run(this::accept);
    }

    private static void run(Runnable work) {
      Thread thread = new Thread(work, "tarpit");
      thread.setDaemon(true);
      thread.start();
    }

    private void accept() {
      while (!socket.isClosed()) {
        try {
          Socket connection = socket.accept();
          run(() -> answer(connection));
        } catch (IOException e) {
          return;
        }
      }
    }

    private void answer(Socket connection) {
      try (connection) {
        int i = 0;
        while (!socket.isClosed()) {
          if (!bytes.isEmpty()) {
            connection
                .getOutputStream()
                .write(
                    bytes
                        .substring(i % bytes.length(), i % bytes.length() + 1)
                        .getBytes(StandardCharsets.US_ASCII));
            i++;
          }
          Eventually.pause(1_000);
        }
      } catch (IOException e) {
        // the server has had enough
        return;
      }
    }

    int port() {
      return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static void hook(Api admin, int port) {
    admin
        .post(
            "/api/v1/webhooks",
            Map.of("url", "http://127.0.0.1:" + port + "/", "events", List.of("*")))
        .expect(201);
  }

  @Test
  void thoseWhoDoNotAnswerKeepNobodyWaiting() throws Exception {
    Queue<String> received = new ConcurrentLinkedQueue<>();
    HttpServer alive =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    alive.createContext(
        "/",
        exchange -> {
          received.add(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    alive.start();
    try (Tarpit silent = new Tarpit("");
        Tarpit slow = new Tarpit("HTTP/1.1 200 OK and much more of that ");
        RunningServer server =
            RunningServer.named("receivers")
                .setting("APIKEYS_WEBHOOKS_ALLOW_PRIVATE", "true")
                .setting("APIKEYS_MAIL_HOST", "127.0.0.1")
                .setting("APIKEYS_MAIL_PORT", Integer.toString(silent.port()))
                .setting("APIKEYS_MAIL_TLS", "none")
                .start()) {
      Tenant dead = server.newTenant();
      for (int i = 0; i < DEAD; i++) {
        hook(dead.admin(), i % 2 == 0 ? silent.port() : slow.port());
      }
      int threads = server.threads();
      for (int i = 0; i < 20; i++) {
        dead.key().issue();
        // a mail to those who approve
        dead.newPerson("developer")
            .api()
            .post(
                "/api/v1/key-requests",
                Map.of(
                    "kind", "new_key",
                    "name", Unique.name("mail"),
                    "justification", "for the campaign"))
            .expect(201);
      }
      Tenant tenant = server.newTenant();
      hook(tenant.admin(), alive.getAddress().getPort());
      for (int i = 0; i < 5; i++) {
        IssuedKey key = tenant.key().unlimited().issue();
        long began = System.nanoTime();
        Eventually.within(
            PROMISE, () -> assertThat(received).anyMatch(message -> message.contains(key.name())));
        report(FAULT, "a message came after " + millisSince(began) + " ms");
        assertThat(tenant.gateway().code(key)).isEqualTo("VALID");
        Eventually.within(
            PROMISE,
            () ->
                assertThat(tenant.admin().get(key.path()).expect(200).number("/usage_count"))
                    .isEqualTo(1));
        Eventually.within(
            PROMISE,
            () ->
                assertThat(
                        Json.texts(
                            tenant
                                .admin()
                                .get("/api/v1/audit/events?target=" + key.keyId())
                                .expect(200)
                                .at("/events"),
                            "action"))
                    .contains("key.created"));
        report(FAULT, "and all was written after " + millisSince(began) + " ms");
        Eventually.pause(2_000);
      }
      report(
          FAULT,
          "threads: " + threads + " before, " + server.threads() + " with all of them waiting");
      assertThat(server.threads()).isLessThan(threads + 60);
      Eventually.within(LONG, () -> server.anonymous().get("/health/ready").expect(200));
    } finally {
      alive.stop(0);
    }
  }
}
