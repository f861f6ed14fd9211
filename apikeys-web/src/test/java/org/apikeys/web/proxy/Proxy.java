package org.apikeys.web.proxy;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The proxies that can be installed where the tests run. */
enum Proxy {
  NGINX("nginx", "-p . -c nginx.conf -g daemon"),
  HAPROXY("haproxy", "-db -f haproxy.cfg"),
  CADDY("caddy", "run --config Caddyfile --adapter caddyfile");

  private final String program;
  private final String options;

  Proxy(String program, String options) {
    this.program = program;
    this.options = options;
  }

  /** Its folder in {@code config/proxies}. */
  Path configuration() {
    return Path.of("..", "config", "proxies", program);
  }

  /** Its command line in the folder of its configuration. */
  List<String> command(Path folder) {
    List<String> command = new ArrayList<>();
    command.add(find().orElseThrow().toString());
    for (String word : options.split(" ", -1)) {
      command.add(
          switch (word) {
            case "." -> folder.toString();
            case "nginx.conf" -> folder.resolve(word).toString();
            case "daemon" -> "daemon off; user " + System.getProperty("user.name") + ";";
            default -> word;
          });
    }
    return command;
  }

  /** Skips the test where the program is not installed. */
  void require() {
    assumeTrue(find().isPresent(), "skipped: " + program + " is not installed");
  }

  private Optional<Path> find() {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "") + ":/usr/sbin:/sbin";
    return Stream.of(path.split(":", -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
