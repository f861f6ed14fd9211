package org.apikeys.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RelayTest {
  private final BlockingQueue<List<String>> chains = new LinkedBlockingQueue<>();

  @TempDir
  @SuppressWarnings("NullAway.Init") // set before each test
  Path spool;

  /**
   * Some proxies write a line of their own below the client's, which must not be all that counts.
   */
  @Test
  void handsOnTheWholeChainOfAddresses() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        asked -> {
          if (asked.getRequestURI().getPath().equals(Sidecar.VERIFY)) {
            chains.add(asked.getRequestHeaders().get("X-Forwarded-For"));
          }
          asked.sendResponseHeaders(403, -1);
          asked.close();
        });
    server.start();
    Settings settings =
        Settings.read(
            Map.of(
                "APIKEYS_SIDECAR_SERVER",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "APIKEYS_SIDECAR_KEY",
                "the-gateway",
                "APIKEYS_SIDECAR_PORT",
                "0",
                "APIKEYS_SIDECAR_SPOOL",
                spool.toString()),
            null);
    try (Sidecar sidecar = Sidecar.start(settings)) {
      HttpRequest another =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + sidecar.port() + Sidecar.VERIFY))
              .header("X-API-Key", "another-gateway")
              .header("X-Forwarded-For", "203.0.113.9")
              .header("X-Forwarded-For", "198.51.100.7")
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString("{\"key\": \"k\"}"))
              .build();
      HttpClient.newHttpClient().send(another, BodyHandlers.discarding());
      assertThat(chains.take()).containsExactly("203.0.113.9, 198.51.100.7, 127.0.0.1");
    } finally {
      server.stop(0);
    }
  }
}
