package org.apikeys.web.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Ports;
import org.apikeys.web.server.Unique;

/** The runnable jar of the sidecar, started as an operator starts it. */
final class RunningSidecar implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(1);

  private final int port = Ports.free();
  private final Path folder = Path.of("target", "servers", Unique.name("sidecar")).toAbsolutePath();
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final Thread killer = new Thread(this::kill, "stops a sidecar that a test left running");
  private Process process;

  /** Starts it and waits until it has heard the server. */
  RunningSidecar(URI server, String key, String... more) {
    settings.put("APIKEYS_SIDECAR_SERVER", server.toString());
    settings.put("APIKEYS_SIDECAR_KEY", key);
    settings.put("APIKEYS_SIDECAR_PORT", String.valueOf(port));
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    Runtime.getRuntime().addShutdownHook(killer);
    process = launch();
  }

  /** Ends it (SIGTERM), and starts another on what it has left. */
  void restart() {
    kill();
    process = launch();
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

  void awaitReady() {
    Eventually.within(
        START_LIMIT,
        () -> {
          if (!process.isAlive()) {
            throw new IllegalStateException("the sidecar has died, see " + folder);
          }
          try {
            api().get("/health/ready").expect(200);
          } catch (UncheckedIOException e) {
            throw new AssertionError("not listening yet, see " + folder, e);
          }
        });
  }

  private Process launch() {
    try {
      Files.createDirectories(folder);
      ProcessBuilder builder =
          new ProcessBuilder(
                  List.of(
                      ProcessHandle.current().info().command().orElse("java"),
                      "-Xmx256m",
                      "-jar",
                      Objects.requireNonNull(System.getProperty("apikeys.sidecar.jar"))))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(folder.resolve("output.log").toFile()));
      builder.environment().putAll(settings);
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void kill() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException e) {
      // the hook itself runs already
      return;
    }
  }
}
