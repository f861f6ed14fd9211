package org.apikeys.web.client;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apikeys.api.key.KeyFormat;
import org.apikeys.client.ApiKeysClient;
import org.apikeys.web.client.sample.SampleApplication;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Ports;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The sample application on a Payara Micro of its own. */
final class SampleServer implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  private final int port = Ports.free();
  private final Path folder = Path.of("target", "servers", "sample").toAbsolutePath();
  private final Process process;
  private final Thread killer = new Thread(this::kill, "stops a server that a test left running");

  SampleServer(Map<String, String> settings) {
    try {
      Files.createDirectories(folder);
      Path war = folder.resolve("sample.war");
      ShrinkWrap.create(WebArchive.class, "sample.war")
          .addPackage(SampleApplication.class.getPackage())
          .addAsLibraries(jar(ApiKeysClient.class), jar(KeyFormat.class))
          .as(ZipExporter.class)
          .exportTo(war.toFile(), true);
      Path preboot = folder.resolve("preboot.txt");
      Files.writeString(
          preboot,
          "set configs.config.server-config.network-config.network-listeners"
              + ".network-listener.http-listener.address=127.0.0.1\n");
      ProcessBuilder builder =
          new ProcessBuilder(
                  List.of(
                      ProcessHandle.current().info().command().orElse("java"),
                      "-Xmx512m",
                      "-Djava.net.preferIPv4Stack=true",
                      "-jar",
                      Objects.requireNonNull(System.getProperty("payara.micro.jar")),
                      "--nocluster",
                      "--port",
                      String.valueOf(port),
                      "--prebootcommandfile",
                      preboot.toString(),
                      "--contextroot",
                      "/",
                      "--deploy",
                      war.toString()))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("output.log").toFile());
      builder.environment().putAll(settings);
      Runtime.getRuntime().addShutdownHook(killer);
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Eventually.within(START_LIMIT, this::requireReady);
  }

  Api api() {
    return new Api(URI.create("http://127.0.0.1:" + port));
  }

  private static File jar(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return new File(source.getLocation().getPath());
  }

  private void requireReady() {
    if (!process.isAlive()) {
      throw new IllegalStateException("the sample has died, see " + folder);
    }
    try {
      api().get("/api/counts").expect(200);
    } catch (UncheckedIOException e) {
      throw new AssertionError("not listening yet, see " + folder, e);
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
