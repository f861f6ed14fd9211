package org.apikeys.ear;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A full Payara Server with a domain of its own on free ports of the loopback interface. It is
 * driven by {@code asadmin}, as an operator drives it, and never outlives the tests.
 */
final class FullServer implements AutoCloseable {
  private static final int LIMIT_MINUTES = 5;
  private static final int ADMIN = 48;
  private static final int HTTP = 80;
  private static final int[] OFFSETS = {9, 37, 38, 39, ADMIN, 66, 76, HTTP, 81, 86};
  private static final String DOMAIN = "apikeys";

  private final Path home = Path.of(property("payara.server"));
  private final Path domains = newFolder();
  private final int portBase = freePortBase();
  private final Map<String, String> settings;
  private final Thread killer = new Thread(this::kill, "stops a server that a test left running");

  private FullServer(Map<String, String> settings) {
    this.settings = settings;
  }

  /** Creates a domain and starts it with these environment variables. */
  static FullServer start(Map<String, String> settings) {
    FullServer server = new FullServer(settings);
    Runtime.getRuntime().addShutdownHook(server.killer);
    try {
      server.createDomain();
      server.asadmin("start-domain", "--domaindir", server.domains.toString(), DOMAIN);
      return server;
    } catch (RuntimeException e) {
      server.kill();
      throw e;
    }
  }

  /** The root of the server's web listener. */
  URI uri() {
    return URI.create("http://127.0.0.1:" + (portBase + HTTP));
  }

  void deploy(Path archive) {
    asadmin("deploy", "--port", String.valueOf(portBase + ADMIN), archive.toString());
  }

  @Override
  public void close() {
    try {
      asadmin("stop-domain", "--domaindir", domains.toString(), DOMAIN);
    } finally {
      kill();
      Runtime.getRuntime().removeShutdownHook(killer);
    }
  }

  private void createDomain() {
    asadmin(
        "create-domain",
        "--nopassword",
        "--domaindir",
        domains.toString(),
        "--portbase",
        String.valueOf(portBase),
        DOMAIN);
    Path configuration = domains.resolve(DOMAIN).resolve("config/domain.xml");
    try {
      String text = Files.readString(configuration);
      Files.writeString(
          configuration,
          text.replace("address=\"0.0.0.0\"", "address=\"127.0.0.1\"")
              .replace("<network-listener port=", "<network-listener address=\"127.0.0.1\" port=")
              .replace(
                  "<hazelcast-runtime-configuration ",
                  "<hazelcast-runtime-configuration interface=\"127.0.0.1\" "));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String asadmin(String... words) {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-jar",
                home.resolve("glassfish/lib/client/appserver-cli.jar").toString()));
    command.addAll(List.of(words));
    try {
      Path output = Files.createTempFile(Path.of("target"), "asadmin", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().keySet().removeIf(name -> name.startsWith("APIKEYS_"));
      builder.environment().putAll(settings);
      Process process = builder.start();
      boolean ended = process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
      String said = Files.readString(output);
      Files.delete(output);
      if (!ended || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException(words[0] + " failed: " + said + "\n" + logTail());
      }
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private String logTail() {
    try {
      Path log = domains.resolve(DOMAIN).resolve("logs/server.log");
      List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    } catch (IOException e) {
      return "no log: " + e;
    }
  }

  private void kill() {
    Path pid = domains.resolve(DOMAIN).resolve("config/pid");
    try {
      if (Files.exists(pid)) {
        long number = Long.parseLong(Files.readString(pid).trim());
        ProcessHandle.of(number).ifPresent(ProcessHandle::destroyForcibly);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path newFolder() {
    try {
      return Files.createTempDirectory(Path.of("target"), "domains").toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A base from which every port that a domain opens is free. */
  private static int freePortBase() {
    for (int attempt = 0; attempt < 100; attempt++) {
      int base = ThreadLocalRandom.current().nextInt(10_000, 30_000);
      if (allFree(base)) {
        return base;
      }
    }
    throw new IllegalStateException("no free ports");
  }

  private static boolean allFree(int base) {
    for (int offset : OFFSETS) {
      try (ServerSocket socket =
          new ServerSocket(base + offset, 1, InetAddress.getLoopbackAddress())) {
        socket.setReuseAddress(true);
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }

  private static String property(String name) {
    return Objects.requireNonNull(System.getProperty(name), name + " is not set: run by failsafe");
  }
}
