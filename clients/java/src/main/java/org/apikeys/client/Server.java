package org.apikeys.client;

import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apikeys.api.permission.HeldScopes;
import org.jspecify.annotations.Nullable;

/** The API key server, as a gateway speaks with it. */
final class Server {
  static final String VERIFY = "/api/v1/api-keys/verify";

  static final String USAGE = "/api/v1/usage";
  static final String REVOCATIONS = "/api/v1/revocations";

  private static final JsonProvider JSON = JsonProvider.provider();

  private final HttpClient http;
  private final URI root;
  private final OwnKey key;
  private final Duration timeout;
  private final @Nullable String environment;

  Server(URI root, OwnKey key, Duration timeout, @Nullable String environment) {
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
   * @param variesBy what of the call's origin the decision depends on
   */
  record Verified(Verdict verdict, @Nullable Lease lease, Set<String> variesBy) {
    /** What a decision is taken to depend on by who is not told. */
    static final Set<String> ALL = Set.of("ip", "referrer");

    Verified {
      variesBy = Set.copyOf(variesBy);
    }
  }

  /** Calls that were counted ahead. */
  record Lease(int calls, long untilMillis, long payloadBytes) {}

  /** Whether the answer refuses the gateway's own key; the log says when that changes. */
  boolean isRefusing(String path, int status) {
    return key.isRefused(path, status);
  }

  /** Where a path of the server is, which may itself be below one. */
  private URI at(String path) {
    String base = root.toString();
    return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
  }

  /** The question about a call, as JSON. */
  String question(Call call, int lease) {
    JsonObjectBuilder body = JSON.createObjectBuilder().add("key", call.key());
    add(body, "scopes", call.needed() == null ? null : call.needed().toString());
    add(body, "resource", call.resource());
    add(body, "ip", call.ip());
    add(body, "referrer", call.referrer());
    add(body, "method", call.method());
    add(body, "endpoint", call.endpoint());
    add(body, "environment", call.environment() == null ? environment : call.environment());
    body.add("cost", call.cost()).add("bytes_in", call.bytesIn());
    body.add("lease", lease).add("terms", true);
    return body.build().toString();
  }

  /**
   * Sends a question about a call.
   *
   * @throws IOException when there is no answer
   */
  HttpResponse<String> ask(String question) throws IOException {
    return send(question(VERIFY, question).build());
  }

  /**
   * What the server has answered to a question about a call.
   *
   * @throws IOException when that is no decision
   */
  static Verified decision(int status, String body) throws IOException {
    return read(object(VERIFY, status, body, 200));
  }

  /**
   * Sends a report, and answers which records were refused, by their places.
   *
   * @param id unlike that of any other report: the server takes a report once
   */
  int[] report(String id, String records) throws IOException {
    String body = "{\"records\":[" + records + "]}";
    HttpResponse<String> taken = send(question(USAGE, body).header("Idempotency-Key", id).build());
    JsonObject answer = object(USAGE, taken.statusCode(), taken.body(), 202);
    return answer.getJsonArray("rejected").getValuesAs(JsonObject.class).stream()
        .mapToInt(rejected -> rejected.getInt("index"))
        .toArray();
  }

  /** Follows the changes of keys until the stream ends. */
  <T> CompletableFuture<HttpResponse<T>> follow(BodyHandler<T> lines) {
    return http.sendAsync(
        HttpRequest.newBuilder(at(REVOCATIONS)).header("X-API-Key", key.value()).build(), lines);
  }

  private HttpRequest.Builder question(String path, String body) {
    return HttpRequest.newBuilder(at(path))
        .timeout(timeout)
        .header("X-API-Key", key.value())
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body));
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static JsonObject object(String path, int status, String body, int expected)
      throws IOException {
    if (status != expected) {
      // never the body of the request: it holds the key
      throw new RefusedException(path, status, body);
    }
    try (JsonReader reader = JSON.createReader(new StringReader(body))) {
      return reader.readObject();
    } catch (JsonException | ClassCastException e) {
      throw new IOException(path + " answered no JSON object", e);
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
      JsonObject terms = object(answer, "terms");
      Verdict verdict =
          new Verdict(
              answer.getString("code"),
              status,
              known,
              limit(object(answer, "rate_limit"), terms),
              answer.getString("decision_id", null),
              terms == null || terms.isNull("retry_after")
                  ? 0
                  : terms.getJsonNumber("retry_after").longValueExact(),
              JSON.createObjectBuilder(answer).remove("lease").remove("terms").build().toString());
      return new Verified(verdict, lease(object(answer, "lease")), variesBy(terms));
    } catch (NullPointerException
        | ClassCastException
        | DateTimeException
        | ArithmeticException e) {
      throw new IOException("the answer is no decision", e);
    }
  }

  private static Verdict.@Nullable RateLimit limit(
      @Nullable JsonObject limit, @Nullable JsonObject terms) {
    if (limit == null) {
      return null;
    }
    JsonObject tightened = object(limit, "tightened");
    List<Verdict.Limit> all = new ArrayList<>();
    if (terms != null) {
      for (JsonObject one : terms.getJsonArray("limits").getValuesAs(JsonObject.class)) {
        all.add(
            new Verdict.Limit(
                one.getString("window"), one.getJsonNumber("limit").longValueExact()));
      }
    }
    return new Verdict.RateLimit(
        limit.getJsonNumber("limit").longValueExact(),
        limit.getJsonNumber("remaining").longValueExact(),
        Instant.parse(limit.getString("reset_at")),
        limit.getString("window"),
        tightened == null
            ? null
            : new Verdict.Tightened(
                tightened.getJsonNumber("percent").longValueExact(), tightened.getString("reason")),
        all);
  }

  private static Set<String> variesBy(@Nullable JsonObject terms) {
    if (terms == null) {
      return Verified.ALL;
    }
    Set<String> names = new HashSet<>();
    terms
        .getJsonArray("varies_by")
        .getValuesAs(JsonString.class)
        .forEach(name -> names.add(name.getString()));
    return names;
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
    List<String> grants = new ArrayList<>();
    JsonArray scopes = key.getJsonArray("scopes");
    scopes.getValuesAs(JsonString.class).forEach(scope -> grants.add(scope.getString()));
    return new VerifiedKey(
        key.getJsonNumber("id").longValueExact(),
        key.getString("key_id"),
        key.getString("name"),
        key.getJsonNumber("organization_id").longValueExact(),
        key.getString("owner"),
        key.getString("environment"),
        new LinkedHashSet<>(grants),
        String.join(" ", grants),
        HeldScopes.of(grants),
        key.toString());
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
