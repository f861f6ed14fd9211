package org.apikeys.client.security;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
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
    ApiKeysClient.Builder builder =
        ApiKeysClient.of(
            URI.create(required("apikeys.client.url")), required("apikeys.client.key"));
    String spool = setting("apikeys.client.spool");
    if (spool != null) {
      builder.spool(Path.of(spool));
    }
    String mode = setting("apikeys.client.fail-mode");
    if (mode != null) {
      builder.failMode(FailMode.valueOf(mode.toUpperCase(Locale.ROOT).replace('-', '_')));
    }
    String stale = setting("apikeys.client.stale-limit");
    if (stale != null) {
      builder.staleLimit(Duration.parse(stale));
    }
    builder.threads(threads);
    return builder.start();
  }

  void close(@Disposes ApiKeysClient client) {
    client.close();
  }

  private static String required(String name) {
    String value = setting(name);
    if (value == null) {
      throw new IllegalStateException(name + " is not set");
    }
    return value;
  }

  private static @Nullable String setting(String name) {
    String property = System.getProperty(name);
    return property != null
        ? property
        : System.getenv(name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'));
  }
}
