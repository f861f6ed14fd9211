package org.apikeys.client;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apikeys.api.permission.HeldScopes;
import org.jspecify.annotations.Nullable;

/** The API key server, as a gateway speaks with it. */
final class Server {
  private final HttpClient http;
  private final URI root;
  private final String key;
  private final Duration timeout;
  private final @Nullable String environment;

  Server(URI root, String key, Duration timeout, @Nullable String environment) {
    this.root = root;
    this.key = key;
    this.timeout = timeout;
    this.environment = environment;
    http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeout)
            .build();
  }

  /**
   * An answer to a verification.
   *
   * @param lease null when nothing was counted ahead
   */
  record Verified(Verdict verdict, @Nullable Lease lease) {}

  /** Calls that were counted ahead. */
  record Lease(int calls, long untilMillis, long payloadBytes) {}

  /**
   * Asks about a call.
   *
   * @throws IOException when there is no answer, or one that is no decision
   */
  Verified verify(Call call, int lease) throws IOException {
    JsonObjectBuilder body = Json.createObjectBuilder().add("key", call.key());
    add(body, "scopes", call.needed() == null ? null : call.needed().toString());
    add(body, "resource", call.resource());
    add(body, "ip", call.ip());
    add(body, "referrer", call.referrer());
    add(body, "method", call.method());
    add(body, "endpoint", call.endpoint());
    add(body, "environment", environment);
    body.add("bytes_in", call.bytesIn()).add("lease", lease);
    return read(post("/api/v1/api-keys/verify", body.build().toString(), 200));
  }

  /** Sends a report, and answers how many records were refused. */
  int report(String records) throws IOException {
    JsonObject answer = post("/api/v1/usage", "{\"records\":[" + records + "]}", 202);
    return answer.getJsonArray("rejected").size();
  }

  /** Follows the changes of keys until the stream ends. */
  <T> CompletableFuture<HttpResponse<T>> follow(BodyHandler<T> lines) {
    return http.sendAsync(
        HttpRequest.newBuilder(root.resolve("/api/v1/revocations"))
            .header("X-API-Key", key)
            .build(),
        lines);
  }

  private JsonObject post(String path, String body, int expected) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(root.resolve(path))
            .timeout(timeout)
            .header("X-API-Key", key)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != expected) {
        // never the body of the request: it holds the key
        throw new RefusedException(path, answer.statusCode(), answer.body());
      }
      try (JsonReader reader = Json.createReader(new StringReader(answer.body()))) {
        return reader.readObject();
      }
    } catch (JsonException | ClassCastException e) {
      throw new IOException(path + " answered no JSON object", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static Verified read(JsonObject answer) throws IOException {
    try {
      boolean valid = answer.getBoolean("valid");
      int status = answer.getInt("status");
      if (valid != (status == 200)) {
        throw new IOException("the answer contradicts itself");
      }
      VerifiedKey known = object(answer, "key") == null ? null : key(answer.getJsonObject("key"));
      if (valid && known == null) {
        throw new IOException("a key that is valid and unknown");
      }
      JsonObject limit = object(answer, "rate_limit");
      Verdict verdict =
          new Verdict(
              answer.getString("code"),
              status,
              known,
              limit == null
                  ? null
                  : new Verdict.RateLimit(
                      limit.getJsonNumber("limit").longValueExact(),
                      limit.getJsonNumber("remaining").longValueExact(),
                      Instant.parse(limit.getString("reset_at"))),
              answer.getString("decision_id", null));
      return new Verified(verdict, lease(object(answer, "lease")));
    } catch (NullPointerException
        | ClassCastException
        | DateTimeException
        | ArithmeticException e) {
      throw new IOException("the answer is no decision", e);
    }
  }

  private static @Nullable Lease lease(@Nullable JsonObject lease) {
    if (lease == null) {
      return null;
    }
    return new Lease(
        lease.getInt("calls"),
        Instant.parse(lease.getString("until")).toEpochMilli(),
        lease.isNull("payload_bytes")
            ? Long.MAX_VALUE
            : lease.getJsonNumber("payload_bytes").longValueExact());
  }

  private static VerifiedKey key(JsonObject key) {
    Set<String> grants = new HashSet<>();
    JsonArray scopes = key.getJsonArray("scopes");
    scopes.getValuesAs(JsonString.class).forEach(scope -> grants.add(scope.getString()));
    return new VerifiedKey(
        key.getJsonNumber("id").longValueExact(),
        key.getString("key_id"),
        key.getString("name"),
        key.getJsonNumber("organization_id").longValueExact(),
        key.getString("owner"),
        key.getString("environment"),
        grants,
        HeldScopes.of(grants));
  }

  private static @Nullable JsonObject object(JsonObject parent, String name) {
    JsonValue value = parent.get(name);
    return value == null || value.getValueType() == JsonValue.ValueType.NULL
        ? null
        : value.asJsonObject();
  }

  private static void add(JsonObjectBuilder body, String name, @Nullable String value) {
    if (value != null) {
      body.add(name, value);
    }
  }
}
