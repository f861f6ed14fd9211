package org.apikeys.web.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client of the HTTP API with the headers that it sends along. Immutable: {@link #as} and {@link
 * #header} answer another client. A body that is no string is written as JSON.
 */
public final class Api {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private record Header(String name, String value) {}

  private final URI root;
  private final List<Header> headers;

  /** A client of the application at this root, without a credential. */
  public Api(URI root) {
    this(root, List.of());
  }

  private Api(URI root, List<Header> headers) {
    this.root = root;
    this.headers = List.copyOf(headers);
  }

  public URI root() {
    return root;
  }

  /** With a token of a person in place of any other. */
  public Api as(String token) {
    return without("Authorization").header("Authorization", "Bearer " + token);
  }

  /** With an API key in {@code X-API-Key} in place of any other. */
  public Api withKey(String key) {
    return without("X-API-Key").header("X-API-Key", key);
  }

  /** With one header more. */
  public Api header(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new Api(root, more);
  }

  /** Without any header of the name. */
  public Api without(String name) {
    return new Api(
        root, headers.stream().filter(header -> !header.name().equalsIgnoreCase(name)).toList());
  }

  public Answer get(String path) {
    return send("GET", path, null);
  }

  public Answer post(String path, Object body) {
    return send("POST", path, body);
  }

  /** A POST without a body. */
  public Answer post(String path) {
    return send("POST", path, null);
  }

  public Answer put(String path, Object body) {
    return send("PUT", path, body);
  }

  public Answer delete(String path) {
    return send("DELETE", path, null);
  }

  /** Sends a request with a JSON body, or none. */
  public Answer send(String method, String path, @Nullable Object body) {
    if (body == null) {
      return exchange(method, path, null, BodyPublishers.noBody());
    }
    return exchange(method, path, "application/json", BodyPublishers.ofString(Json.write(body)));
  }

  /** Sends bytes as they are under a content type, or without one. */
  public Answer sendBytes(String method, String path, @Nullable String contentType, byte[] body) {
    return exchange(method, path, contentType, BodyPublishers.ofByteArray(body));
  }

  private Answer exchange(
      String method, String path, @Nullable String contentType, BodyPublisher body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(root + path)).timeout(LIMIT).method(method, body);
    if (contentType != null) {
      request.header("Content-Type", contentType);
    }
    headers.forEach(header -> request.header(header.name(), header.value()));
    try {
      HttpResponse<String> response = CLIENT.send(request.build(), BodyHandlers.ofString());
      return new Answer(
          method + " " + path, response.statusCode(), response.headers().map(), response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
