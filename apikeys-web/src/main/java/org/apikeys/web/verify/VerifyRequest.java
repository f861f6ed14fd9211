package org.apikeys.web.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apikeys.api.key.Environment;
import org.apikeys.api.permission.ResourcePattern;
import org.apikeys.api.permission.ScopeExpression;
import org.apikeys.api.permission.ScopeExpressionException;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.restriction.Address;
import org.apikeys.web.http.Endpoint;
import org.apikeys.web.http.StrictJson;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway asks. Read field by field and not by reflection: this is the hot path, which
 * {@link PlainRequest} is the short way of.
 *
 * @param key as the gateway's own caller presented it
 * @param needed the scopes that the call needs
 * @param cost credits that the call takes
 * @param bytesIn size of the call's payload
 * @param resource what the call is about
 * @param lease how many calls the gateway would like counted ahead
 * @param terms whether the answer is to say what a gateway needs to answer in the server's place
 * @param explain whether every check is to be shown, and nothing counted
 */
record VerifyRequest(
    String key,
    @Nullable ScopeExpression needed,
    @Nullable String ip,
    @Nullable String referrer,
    @Nullable String method,
    @Nullable String endpoint,
    @Nullable String environment,
    long cost,
    long bytesIn,
    @Nullable ResourcePattern resource,
    int lease,
    boolean terms,
    boolean explain) {
  private static final Set<String> FIELDS =
      Set.of(
          "key",
          "scopes",
          "resource",
          "ip",
          "referrer",
          "method",
          "endpoint",
          "environment",
          "cost",
          "bytes_in",
          "lease",
          "terms",
          "explain");
  static final int LONGEST_IP = 100;
  static final int LONGEST_REFERRER = 4_096;
  static final int LONGEST_METHOD = 10;
  static final int LONGEST_ENDPOINT = 500;
  static final int LONGEST_ENVIRONMENT = 20;
  static final int LONGEST_RESOURCE = 500;
  static final long MOST_LEASED = 1_000;
  static final long MOST_COST = 1_000_000_000;
  static final long MOST_BYTES = 1L << 50;

  /** Longer requests are rare: they get an array of their own. */
  private static final ThreadLocal<byte[]> BODY = ThreadLocal.withInitial(() -> new byte[8_192]);

  VerifyRequest {
    endpoint = Endpoint.withoutQuery(endpoint);
  }

  /** Reads a request. */
  static VerifyRequest read(InputStream body) throws IOException {
    byte[] bytes = BODY.get();
    int length = body.readNBytes(bytes, 0, bytes.length);
    if (length == bytes.length) {
      return of(StrictJson.read(new SequenceInputStream(new ByteArrayInputStream(bytes), body)));
    }
    VerifyRequest plain = PlainRequest.read(bytes, length);
    return plain == null ? of(StrictJson.read(new ByteArrayInputStream(bytes, 0, length))) : plain;
  }

  static VerifyRequest of(ObjectNode body) {
    body.fieldNames()
        .forEachRemaining(
            name -> {
              if (!FIELDS.contains(name)) {
                throw ProblemException.invalid(name, "is not a field of this request");
              }
            });
    String key = text(body, "key", Integer.MAX_VALUE);
    if (key == null) {
      throw ProblemException.invalid("key", "is required");
    }
    String ip = text(body, "ip", LONGEST_IP);
    if (ip != null && !Address.isAddress(ip)) {
      throw ProblemException.invalid("ip", "is not an IPv4 or IPv6 address");
    }
    return new VerifyRequest(
        key,
        scopes(body.get("scopes")),
        ip,
        text(body, "referrer", LONGEST_REFERRER),
        text(body, "method", LONGEST_METHOD),
        text(body, "endpoint", LONGEST_ENDPOINT),
        environment(text(body, "environment", LONGEST_ENVIRONMENT)),
        number(body, "cost", 0, MOST_COST, 1),
        number(body, "bytes_in", 0, MOST_BYTES, 0),
        resource(text(body, "resource", LONGEST_RESOURCE)),
        (int) number(body, "lease", 0, MOST_LEASED, 0),
        flag(body, "terms"),
        flag(body, "explain"));
  }

  /** What no grant on resources can cover is as good as none. */
  static @Nullable ResourcePattern resource(@Nullable String name) {
    if (name == null) {
      return null;
    }
    try {
      ResourcePattern resource = ResourcePattern.parse(name);
      return resource.isPattern() ? null : resource;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable String environment(@Nullable String name) {
    if (name != null && Environment.ofWireName(name).isEmpty()) {
      throw ProblemException.invalid("environment", "is one of production, staging, development");
    }
    return name;
  }

  private static @Nullable ScopeExpression scopes(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return null;
    }
    try {
      if (node.isTextual()) {
        return ScopeExpression.parse(node.textValue());
      }
      if (node.isArray()) {
        List<String> all = new ArrayList<>(node.size());
        for (JsonNode scope : node) {
          if (!scope.isTextual()) {
            throw ProblemException.invalid("scopes", "is a list of texts, or an expression");
          }
          all.add(scope.textValue());
        }
        return all.isEmpty() ? null : ScopeExpression.allOf(all);
      }
    } catch (ScopeExpressionException e) {
      throw ProblemException.invalid("scopes", String.valueOf(e.getMessage()));
    }
    throw ProblemException.invalid("scopes", "is a list of texts, or an expression");
  }

  private static @Nullable String text(ObjectNode body, String name, int longest) {
    JsonNode node = body.get(name);
    if (node == null || node.isNull()) {
      return null;
    }
    if (!node.isTextual()) {
      throw ProblemException.invalid(name, "is a text");
    }
    if (node.textValue().length() > longest) {
      throw ProblemException.invalid(name, "is a text of at most " + longest + " characters");
    }
    return node.textValue();
  }

  private static long number(ObjectNode body, String name, long least, long most, long standard) {
    JsonNode node = body.get(name);
    if (node == null || node.isNull()) {
      return standard;
    }
    if (node.isIntegralNumber()
        && node.canConvertToLong()
        && node.longValue() >= least
        && node.longValue() <= most) {
      return node.longValue();
    }
    throw ProblemException.invalid(name, "is a whole number from " + least + " to " + most);
  }

  private static boolean flag(ObjectNode body, String name) {
    JsonNode node = body.get(name);
    if (node == null || node.isNull()) {
      return false;
    }
    if (!node.isBoolean()) {
      throw ProblemException.invalid(name, "is true or false");
    }
    return node.booleanValue();
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "VerifyRequest";
  }
}
