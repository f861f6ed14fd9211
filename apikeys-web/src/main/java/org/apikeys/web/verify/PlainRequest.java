package org.apikeys.web.verify;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.apikeys.api.key.Environment;
import org.apikeys.api.permission.ScopeExpression;
import org.apikeys.api.permission.ScopeExpressionException;
import org.apikeys.restriction.Address;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request in the plain form that gateways send, token by token: ASCII without escapes, each
 * field once, of the right kind and within its bounds. It never refuses: what is not plain is left
 * to {@link VerifyRequest#of}, which reads it whole and can say what is wrong.
 */
final class PlainRequest {
  private static final JsonFactory JSON = new JsonFactory();

  private @Nullable String key;
  private @Nullable ScopeExpression needed;
  private @Nullable String resource;
  private @Nullable String ip;
  private @Nullable String referrer;
  private @Nullable String method;
  private @Nullable String endpoint;
  private @Nullable String environment;
  private long cost = 1;
  private long bytesIn;
  private long lease;
  private boolean terms;
  private boolean explain;

  /** The fields that were read, by their bits. */
  private int seen;

  private PlainRequest() {}

  /** The request, or null when it is not plain. */
  static @Nullable VerifyRequest read(byte[] body, int length) {
    if (!isPlain(body, length)) {
      return null;
    }
    try (JsonParser parser = JSON.createParser(body, 0, length)) {
      return new PlainRequest().read(parser);
    } catch (IOException | ScopeExpressionException e) {
      return null;
    }
  }

  private static boolean isPlain(byte[] body, int length) {
    for (int i = 0; i < length; i++) {
      if (body[i] < 0 || body[i] == '\\') {
        return false;
      }
    }
    return true;
  }

  private @Nullable VerifyRequest read(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      return null;
    }
    String name = parser.nextFieldName();
    while (name != null) {
      parser.nextToken();
      if (!take(name, parser)) {
        return null;
      }
      name = parser.nextFieldName();
    }
    boolean whole = parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
    String presented = key;
    if (!whole || presented == null) {
      return null;
    }
    return new VerifyRequest(
        presented,
        needed,
        ip,
        referrer,
        method,
        endpoint,
        environment,
        cost,
        bytesIn,
        VerifyRequest.resource(resource),
        (int) lease,
        terms,
        explain);
  }

  private boolean take(String name, JsonParser parser) throws IOException {
    return switch (name) {
      case "key" -> once(1) && (key = text(parser, Integer.MAX_VALUE)) != null;
      case "scopes" -> once(1 << 1) && (needed = scopes(parser)) != null;
      case "resource" ->
          once(1 << 2) && (resource = text(parser, VerifyRequest.LONGEST_RESOURCE)) != null;
      case "ip" ->
          once(1 << 3)
              && (ip = text(parser, VerifyRequest.LONGEST_IP)) != null
              && Address.isAddress(ip);
      case "referrer" ->
          once(1 << 4) && (referrer = text(parser, VerifyRequest.LONGEST_REFERRER)) != null;
      case "method" ->
          once(1 << 5) && (method = text(parser, VerifyRequest.LONGEST_METHOD)) != null;
      case "endpoint" ->
          once(1 << 6) && (endpoint = text(parser, VerifyRequest.LONGEST_ENDPOINT)) != null;
      case "environment" ->
          once(1 << 7)
              && (environment = text(parser, VerifyRequest.LONGEST_ENVIRONMENT)) != null
              && Environment.ofWireName(environment).isPresent();
      case "cost" -> once(1 << 8) && (cost = number(parser, VerifyRequest.MOST_COST)) >= 0;
      case "bytes_in" -> once(1 << 9) && (bytesIn = number(parser, VerifyRequest.MOST_BYTES)) >= 0;
      case "lease" -> once(1 << 11) && (lease = number(parser, VerifyRequest.MOST_LEASED)) >= 0;
      case "explain" -> {
        explain = parser.currentToken() == JsonToken.VALUE_TRUE;
        yield once(1 << 10) && isFlag(parser);
      }
      case "terms" -> {
        terms = parser.currentToken() == JsonToken.VALUE_TRUE;
        yield once(1 << 12) && isFlag(parser);
      }
      default -> false;
    };
  }

  private boolean once(int field) {
    boolean first = (seen & field) == 0;
    seen |= field;
    return first;
  }

  private static @Nullable String text(JsonParser parser, int longest) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING || parser.getTextLength() > longest) {
      return null;
    }
    return parser.getText();
  }

  /** From nothing on; negative when it is no such number. */
  private static long number(JsonParser parser, long most) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
        || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      return -1;
    }
    long value = parser.getLongValue();
    return value <= most ? value : -1;
  }

  private static boolean isFlag(JsonParser parser) {
    return parser.currentToken() == JsonToken.VALUE_TRUE
        || parser.currentToken() == JsonToken.VALUE_FALSE;
  }

  private static @Nullable ScopeExpression scopes(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      return NeededScopes.expression(parser.getText());
    }
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      return null;
    }
    String names = "";
    while (parser.nextToken() == JsonToken.VALUE_STRING) {
      String name = parser.getText();
      if (name.isEmpty() || name.indexOf(' ') >= 0) {
        return null;
      }
      names = names.isEmpty() ? name : names + ' ' + name;
    }
    boolean whole = parser.currentToken() == JsonToken.END_ARRAY && !names.isEmpty();
    return whole ? NeededScopes.allOf(names) : null;
  }
}
