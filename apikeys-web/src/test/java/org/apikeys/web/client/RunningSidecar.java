package org.apikeys.web.client;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Ports;
import org.apikeys.web.server.Started;
import org.apikeys.web.server.Unique;

/** The runnable jar of the sidecar, started as an operator starts it. */
final class RunningSidecar implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(1);

  private final int port = Ports.free();
  private final Started process;

  RunningSidecar(URI server, String key, String... more) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("APIKEYS_SIDECAR_SERVER", server.toString());
    settings.put("APIKEYS_SIDECAR_KEY", key);
    settings.put("APIKEYS_SIDECAR_PORT", String.valueOf(port));
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    process =
        Started.in(
            Path.of("target", "servers", Unique.name("sidecar")).toAbsolutePath(),
            List.of(
                Started.java(),
                "-Xmx256m",
                "-jar",
                Objects.requireNonNull(System.getProperty("apikeys.sidecar.jar"))),
            settings);
  }

  /** Ends it (SIGTERM), and starts another on what it has left. */
  void restart() {
    process.restart();
  }

  Api api() {
    return new Api(URI.create("http://127.0.0.1:" + port));
  }

  /** One of its counts. */
  long count(String name) {
    return api()
        .get("/metrics")
        .expect(200)
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  /** Waits until it has heard the server. */
  void awaitReady() {
    process.awaitReady(START_LIMIT, () -> api().get("/health/ready").expect(200));
  }

  @Override
  public void close() {
    process.close();
  }
}
