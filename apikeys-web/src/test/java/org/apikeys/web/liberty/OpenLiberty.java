package org.apikeys.web.liberty;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Ports;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Started;
import org.apikeys.web.server.Unique;

/** The WAR on a stock Open Liberty, set up as docs/servers.md says. */
final class OpenLiberty implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** What makes a jar an archive of beans, entities or configuration sources: the WAR's own is. */
  private static final List<String> DESCRIPTORS =
      List.of(
          "META-INF/beans.xml",
          "META-INF/ejb-jar.xml",
          "META-INF/persistence.xml",
          "META-INF/services/org.eclipse.microprofile.config.spi.ConfigSource");

  private final Path home = Path.of(property("open.liberty.home"));
  private final Path folder = Path.of("target", "servers", Unique.name("liberty")).toAbsolutePath();
  private final int port = Ports.free();
  private final Started server;

  OpenLiberty() {
    try {
      Path library = Files.createDirectories(folder.resolve("library"));
      libraries(Path.of(property("apikeys.war")), library);
      Path own = Files.createDirectories(folder.resolve("servers").resolve("apikeys"));
      Files.writeString(own.resolve("server.xml"), configuration(library));
      server =
          Started.in(
              folder,
              command(),
              Map.of(
                  "WLP_USER_DIR",
                  folder.toString(),
                  "APIKEYS_DATA_DIR",
                  folder.resolve("data").toString(),
                  "APIKEYS_ADMIN_PASSWORD",
                  RunningServer.ADMIN_PASSWORD));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      server.awaitReady(LIMIT, () -> api().get("/health/ready").expect(200));
      server.awaitReady(LIMIT, () -> api().get("/api/v1/auth/jwks").expect(200));
    } catch (RuntimeException | Error e) {
      server.close();
      throw e;
    }
  }

  /** A client without a credential. */
  Api api() {
    return new Api(URI.create("http://127.0.0.1:" + port));
  }

  /** The server asks for the classes behind a data source in a library beside the application. */
  private static void libraries(Path war, Path library) throws IOException {
    try (ZipInputStream entries = new ZipInputStream(Files.newInputStream(war))) {
      for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
        String name = entry.getName();
        String jar = name.substring(name.lastIndexOf('/') + 1);
        if (!name.startsWith("WEB-INF/lib/") || jar.isEmpty() || jar.startsWith("apikeys-web")) {
          continue;
        }
        if (jar.startsWith("apikeys-ejb")) {
          unpack(entries, library.resolve("classes"));
        } else if (!jar.startsWith("apikeys-plugin") && !jar.startsWith("swagger-ui")) {
          Files.copy(entries, library.resolve(jar), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  @SuppressWarnings("resource") // the outer one is closed by who opened it
  private static void unpack(InputStream jar, Path classes) throws IOException {
    ZipInputStream entries = new ZipInputStream(jar);
    for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
      Path file = classes.resolve(entry.getName());
      if (entry.isDirectory()) {
        Files.createDirectories(file);
      } else if (!DESCRIPTORS.contains(entry.getName())) {
        Files.createDirectories(file.getParent());
        Files.copy(entries, file, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private String configuration(Path library) {
    return """
        <server>
          <featureManager>
            <feature>webProfile-10.0</feature>
            <feature>mail-2.1</feature>
            <feature>mpConfig-3.1</feature>
            <feature>mpHealth-4.0</feature>
            <feature>mpMetrics-5.1</feature>
            <feature>mpOpenAPI-3.1</feature>
            <feature>mpTelemetry-1.1</feature>
          </featureManager>
          <httpEndpoint id="defaultHttpEndpoint" host="127.0.0.1" httpPort="%d" httpsPort="-1"/>
          <mpMetrics authentication="false"/>
          <cdi enableImplicitBeanArchives="false"/>
          <library id="store">
            <folder dir="%s"/>
            <fileset dir="%s" includes="*.jar"/>
          </library>
          <webApplication location="%s" contextRoot="/">
            <classloader delegation="parentLast" privateLibraryRef="store"
                apiTypeVisibility="spec,ibm-api,api,stable,third-party"/>
          </webApplication>
        </server>
        """
        .formatted(port, library.resolve("classes"), library, property("apikeys.war"));
  }

  private List<String> command() throws IOException {
    List<String> command = new ArrayList<>(List.of(Started.java(), "-Xmx768m"));
    Path options = home.resolve("lib/platform/java/java9.options");
    Files.readAllLines(options).stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .forEach(command::add);
    Path tools = home.resolve("bin").resolve("tools");
    command.addAll(
        List.of(
            "-javaagent:" + tools.resolve("ws-javaagent.jar"),
            "-jar",
            tools.resolve("ws-server.jar").toString(),
            "apikeys"));
    return command;
  }

  @Override
  public void close() {
    server.close();
  }

  private static String property(String name) {
    return Objects.requireNonNull(System.getProperty(name), name + " is not set: run by failsafe");
  }
}
