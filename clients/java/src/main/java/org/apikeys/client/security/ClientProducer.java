package org.apikeys.client.security;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.function.Function;
import org.apikeys.client.ApiKeysClient;
import org.apikeys.client.FailMode;
import org.jspecify.annotations.Nullable;

/**
 * Makes the application's client from system properties or environment variables: {@code
 * apikeys.client.url} ({@code APIKEYS_CLIENT_URL}), {@code .key}, {@code .spool}, {@code
 * .fail-mode} ({@code deny} or {@code last-known}) and {@code .stale-limit} (ISO 8601). A wrong one
 * stops the deployment. Another client takes its place as an {@code @Alternative}.
 */
@ApplicationScoped
public class ClientProducer {
  /** The container's own: its threads end with the application. */
  @Resource
  @SuppressWarnings("NullAway.Init") // the container sets it
  private ManagedThreadFactory threads;

  @Produces
  @Singleton
  ApiKeysClient client() {
    URI url = read("apikeys.client.url", required("apikeys.client.url"), URI::create);
    String key = required("apikeys.client.key").strip();
    ApiKeysClient.Builder builder = ApiKeysClient.of(url, key);
    String spool = setting("apikeys.client.spool");
    if (spool != null) {
      builder.spool(Path.of(spool));
    }
    String mode = setting("apikeys.client.fail-mode");
    if (mode != null) {
      builder.failMode(read("apikeys.client.fail-mode", mode, ClientProducer::failMode));
    }
    String stale = setting("apikeys.client.stale-limit");
    if (stale != null) {
      builder.staleLimit(read("apikeys.client.stale-limit", stale, Duration::parse));
    }
    builder.threads(threads);
    return builder.start();
  }

  /** Makes it before the first call, so that a wrong setting is told at the deployment. */
  void start(
      @Observes @Initialized(ApplicationScoped.class) Object deployed, ApiKeysClient client) {
    client.metrics();
  }

  void close(@Disposes ApiKeysClient client) {
    client.close();
  }

  private static FailMode failMode(String text) {
    return FailMode.valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private static <T> T read(String name, String text, Function<String, T> how) {
    try {
      return how.apply(text.strip());
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw new IllegalStateException(
          name + " (" + variable(name) + ") can't be read: " + text + "; see the README", e);
    }
  }

  private static String required(String name) {
    String value = setting(name);
    if (value == null) {
      throw new IllegalStateException(name + " (" + variable(name) + ") is not set");
    }
    return value;
  }

  private static @Nullable String setting(String name) {
    String property = System.getProperty(name);
    String value = property != null ? property : System.getenv(variable(name));
    return value == null || value.isBlank() ? null : value;
  }

  private static String variable(String name) {
    return name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }
}
