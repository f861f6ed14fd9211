package org.apikeys.web.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Ports;
import org.apikeys.web.server.Started;
import org.apikeys.web.server.Unique;

/** A proxy with the configuration of this repository, in which addresses alone are replaced. */
final class RunningProxy implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(1);

  private final Path folder;
  private final int port = Ports.free();
  private final Started process;

  private RunningProxy(Proxy proxy, Path folder, Map<String, String> replaced) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder);
    copy(proxy.configuration(), replaced);
    process = Started.in(folder, proxy.command(folder), Map.of("HOME", folder.toString()));
  }

  /** Starts it in front of an application, to ask a server at a port. */
  static RunningProxy start(Proxy proxy, int server, int application, String... more) {
    Path folder =
        Path.of("target", "proxies", Unique.name(proxy.name().toLowerCase(java.util.Locale.ROOT)))
            .toAbsolutePath();
    Map<String, String> replaced = new LinkedHashMap<>();
    replaced.put("127.0.0.1:8080", "127.0.0.1:" + server);
    replaced.put("127.0.0.1:9000", "127.0.0.1:" + application);
    replaced.put("/run/", folder + "/");
    replaced.put("/var/log/nginx/", folder + "/");
    for (int i = 0; i < more.length; i += 2) {
      replaced.put(more[i], more[i + 1]);
    }
    try {
      RunningProxy running = new RunningProxy(proxy, folder, replaced);
      running.process.awaitReady(START_LIMIT, () -> running.api().get("/ping").expect(200));
      return running;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  Api api() {
    return new Api(uri());
  }

  String output() {
    return process.output();
  }

  private void copy(Path from, Map<String, String> replaced) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        String text = Files.readString(file);
        for (Map.Entry<String, String> entry : replaced.entrySet()) {
          text = text.replace(entry.getKey(), entry.getValue());
        }
        text =
            text.replace("listen 8000", "listen 127.0.0.1:" + port)
                .replace("bind :8000", "bind 127.0.0.1:" + port)
                .replace("\n:8000 {", "\n:" + port + " {\n\tbind 127.0.0.1");
        if (file.endsWith("apikeys-http.conf")) {
          text += temporaryFolders();
        }
        Files.writeString(
            folder.resolve(String.valueOf(file.getFileName())), text, StandardCharsets.UTF_8);
      }
    }
  }

  /** nginx's own are where only root may write. */
  private String temporaryFolders() {
    StringBuilder lines = new StringBuilder();
    for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
      lines.append(kind + "_temp_path " + folder + "/" + kind + ";\n");
    }
    return lines.toString();
  }

  @Override
  public void close() {
    process.close();
  }
}
