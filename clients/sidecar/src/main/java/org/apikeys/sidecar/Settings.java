package org.apikeys.sidecar;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the sidecar is to be: from environment variables such as {@code APIKEYS_SIDECAR_PORT}, and
 * where one is missing from {@code apikeys.sidecar.port} in a properties file.
 *
 * @param server root of the API key server
 * @param key the gateway's own
 * @param host what to listen on
 * @param port what to listen on; 0 for any
 * @param trustedProxies whose word about a client's address counts
 * @param query which keys are taken from the query of a URL
 * @param staleLimit how long after the server was last heard calls go on that it has lent
 * @param timeout how long to wait for the server
 * @param spool the folder that usage waits in
 * @param cachedKeys how many keys and addresses are remembered at most
 * @param threads how many answer
 */
record Settings(
    URI server,
    String key,
    String host,
    int port,
    Addresses trustedProxies,
    Query query,
    Duration staleLimit,
    Duration timeout,
    Path spool,
    int cachedKeys,
    int threads) {
  private static final String PREFIX = "apikeys.sidecar.";
  private static final Set<String> NAMES =
      Set.of(
          "server",
          "key",
          "key-file",
          "host",
          "port",
          "trusted-proxies",
          "query-parameter",
          "stale-limit",
          "timeout",
          "spool",
          "cached-keys",
          "threads");

  /** Which keys are taken from the query of a URL; as the server's setting of that name. */
  enum Query {
    NONE,
    PUBLISHABLE,
    ALL
  }

  /**
   * Reads the settings.
   *
   * @param file of properties; null for none
   * @throws IllegalArgumentException when one is missing or can't be read; the message names it
   */
  static Settings read(Map<String, String> environment, @Nullable Path file) {
    Map<String, String> values = file == null ? new HashMap<>() : inFile(file);
    NAMES.forEach(
        name -> {
          String value = environment.get(variable(name));
          if (value != null && !value.isBlank()) {
            values.put(name, value.strip());
          }
        });
    return new Values(values).settings();
  }

  private static String variable(String name) {
    return (PREFIX + name).toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  private static Map<String, String> inFile(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new IllegalArgumentException("the settings " + file + " can't be read", e);
    }
    Map<String, String> values = new HashMap<>();
    for (String name : properties.stringPropertyNames()) {
      if (!name.startsWith(PREFIX) || !NAMES.contains(name.substring(PREFIX.length()))) {
        throw new IllegalArgumentException(name + " is no setting of the sidecar");
      }
      String value = properties.getProperty(name).strip();
      if (!value.isEmpty()) {
        values.put(name.substring(PREFIX.length()), value);
      }
    }
    return values;
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "Settings[server=" + server + ", host=" + host + ", port=" + port + "]";
  }

  /** The values by name, each read as what it is. */
  private record Values(Map<String, String> values) {
    private static final Duration LONGEST = Duration.ofHours(1);

    Settings settings() {
      return new Settings(
          server(),
          key(),
          text("host", "127.0.0.1"),
          number("port", 8090, 0, 65_535),
          proxies(),
          query(),
          duration("stale-limit", Duration.ofSeconds(10)),
          duration("timeout", Duration.ofSeconds(3)),
          Path.of(text("spool", "apikeys-sidecar-spool")),
          number("cached-keys", 50_000, 1, 10_000_000),
          number("threads", Runtime.getRuntime().availableProcessors(), 1, 256));
    }

    private String text(String name, String standard) {
      return values.getOrDefault(name, standard);
    }

    private URI server() {
      String text = text("server", "");
      try {
        URI server = URI.create(text.endsWith("/") ? text : text + "/");
        if (server.getHost() != null
            && List.of("http", "https").contains(String.valueOf(server.getScheme()))) {
          return server;
        }
      } catch (IllegalArgumentException e) {
        throw wrong("server", "is an http or https address", e);
      }
      throw wrong("server", "is an http or https address", null);
    }

    private String key() {
      String file = values.get("key-file");
      String key = values.get("key");
      if ((file == null) == (key == null)) {
        throw wrong("key", "is needed: this one or " + variable("key-file"), null);
      }
      if (key != null) {
        return plain("key", key);
      }
      try {
        return plain("key-file", Files.readString(Path.of(String.valueOf(file))).strip());
      } catch (IOException e) {
        throw wrong("key-file", "can't be read", e);
      }
    }

    private static String plain(String name, String key) {
      if (key.isEmpty() || !key.chars().allMatch(letter -> letter > ' ' && letter <= '~')) {
        throw wrong(name, "holds no key: it is empty, or has a space or a line break", null);
      }
      return key;
    }

    private Addresses proxies() {
      try {
        return Addresses.parse(text("trusted-proxies", ""));
      } catch (IllegalArgumentException e) {
        throw wrong("trusted-proxies", String.valueOf(e.getMessage()), e);
      }
    }

    private Query query() {
      String text = text("query-parameter", "publishable");
      return Arrays.stream(Query.values())
          .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(text))
          .findFirst()
          .orElseThrow(
              () ->
                  wrong(
                      "query-parameter",
                      "is one of "
                          + Arrays.stream(Query.values())
                              .map(one -> one.name().toLowerCase(Locale.ROOT))
                              .collect(Collectors.joining(", ")),
                      null));
    }

    private int number(String name, int standard, int least, int most) {
      try {
        int number = Integer.parseInt(text(name, String.valueOf(standard)));
        if (number >= least && number <= most) {
          return number;
        }
      } catch (NumberFormatException e) {
        throw wrong(name, "is a whole number from " + least + " to " + most, e);
      }
      throw wrong(name, "is a whole number from " + least + " to " + most, null);
    }

    private Duration duration(String name, Duration standard) {
      try {
        Duration duration = Duration.parse(text(name, standard.toString()));
        if (duration.toMillis() > 0 && duration.compareTo(LONGEST) <= 0) {
          return duration;
        }
      } catch (DateTimeException e) {
        throw wrong(name, "is an ISO 8601 duration up to PT1H, such as PT10S", e);
      }
      throw wrong(name, "is an ISO 8601 duration up to PT1H, such as PT10S", null);
    }

    private static IllegalArgumentException wrong(
        String name, String message, @Nullable Exception cause) {
      return new IllegalArgumentException(
          PREFIX + name + " (" + variable(name) + ") " + message, cause);
    }
  }
}
