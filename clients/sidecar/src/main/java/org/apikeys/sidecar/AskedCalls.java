package org.apikeys.sidecar;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apikeys.api.key.Environment;
import org.apikeys.api.permission.ScopeExpression;
import org.apikeys.api.permission.ScopeExpressionException;
import org.apikeys.api.verify.CallText;
import org.apikeys.client.Call;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a verification in the plain form that gateways send: each field once, of the
 * right kind and within its bounds. Whatever else it is, the server can tell what is wrong with it.
 */
final class AskedCalls {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int MOST_EXPRESSIONS = 1_024;
  private static final int MOST_ADDRESSES = 4_096;
  private static final int LONGEST_KEY = 256;
  private static final int LONGEST_RESOURCE = 500;
  private static final int LONGEST_IP = 45;
  private static final int LONGEST_REFERRER = 4_096;
  private static final int LONGEST_METHOD = 10;
  private static final int LONGEST_ENDPOINT = 500;
  private static final int LONGEST_ENVIRONMENT = 20;
  private static final long MOST_COST = 1_000_000_000;
  private static final long MOST_BYTES = 1L << 50;

  private final Memo<String, Boolean> addresses = new Memo<>(MOST_ADDRESSES, Addresses::isAddress);

  private final Memo<String, ScopeExpression> expressions =
      new Memo<>(MOST_EXPRESSIONS, ScopeExpression::parse);

  /** Of scopes that are all needed, separated by spaces. */
  private final Memo<String, ScopeExpression> lists =
      new Memo<>(MOST_EXPRESSIONS, names -> ScopeExpression.allOf(List.of(names.split(" ", -1))));

  /** The call; empty when it is not plain. */
  Optional<Call> read(Buffer body) {
    return read(body.getBytes(), 0, body.length());
  }

  /** The call in a part of an array; empty when it is not plain. */
  Optional<Call> read(byte[] bytes, int from, int length) {
    if (!isUtf8(bytes, from, length)) {
      return Optional.empty();
    }
    try (JsonParser parser = JSON.createParser(bytes, from, length)) {
      return Optional.ofNullable(new Fields(parser).read());
    } catch (IOException | ScopeExpressionException e) {
      return Optional.empty();
    }
  }

  /** JSON in UTF-8 without a mark before it: the parser would take other encodings too. */
  private static boolean isUtf8(byte[] bytes, int from, int length) {
    return length > 1 && bytes[from] > 0 && bytes[from + 1] != 0;
  }

  /** The fields of one body, as they are read. */
  private final class Fields {
    private final JsonParser parser;
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

    /** The fields that were read, by their bits. */
    private int seen;

    Fields(JsonParser parser) {
      this.parser = parser;
    }

    @Nullable Call read() throws IOException {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        parser.nextToken();
        if (!take(name)) {
          return null;
        }
      }
      boolean whole = parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
      String presented = key;
      return whole && presented != null
          ? new Call(
              presented,
              needed,
              resource,
              ip,
              referrer,
              method,
              endpoint,
              environment,
              cost,
              bytesIn)
          : null;
    }

    private boolean take(String name) throws IOException {
      return switch (name) {
        case "key" -> once(1) && (key = text(LONGEST_KEY)) != null;
        case "scopes" -> once(1 << 1) && (needed = scopes()) != null;
        case "resource" -> once(1 << 2) && (resource = text(LONGEST_RESOURCE)) != null;
        case "ip" -> once(1 << 3) && (ip = text(LONGEST_IP)) != null && addresses.of(ip);
        case "referrer" -> once(1 << 4) && (referrer = text(LONGEST_REFERRER)) != null;
        case "method" -> once(1 << 5) && (method = text(LONGEST_METHOD)) != null;
        case "endpoint" -> once(1 << 6) && (endpoint = text(LONGEST_ENDPOINT)) != null;
        case "environment" ->
            once(1 << 7)
                && (environment = text(LONGEST_ENVIRONMENT)) != null
                && Environment.ofWireName(environment).isPresent();
        case "cost" -> once(1 << 8) && (cost = number(MOST_COST)) >= 0;
        case "bytes_in" -> once(1 << 9) && (bytesIn = number(MOST_BYTES)) >= 0;
        default -> false;
      };
    }

    private boolean once(int field) {
      boolean first = (seen & field) == 0;
      seen |= field;
      return first;
    }

    private @Nullable String text(int longest) throws IOException {
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        return null;
      }
      String text = parser.getText();
      return text.length() <= longest && CallText.isWhole(text) ? text : null;
    }

    /** A whole number; -1 for another, or for something else. */
    private long number(long most) throws IOException {
      if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
          || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
        return -1;
      }
      long number = parser.getLongValue();
      return number <= most ? number : -1;
    }

    private @Nullable ScopeExpression scopes() throws IOException {
      if (parser.currentToken() == JsonToken.VALUE_STRING) {
        return expressions.of(parser.getText());
      }
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        return null;
      }
      List<String> names = new ArrayList<>();
      while (parser.nextToken() == JsonToken.VALUE_STRING) {
        String name = parser.getText();
        if (name.isEmpty() || name.indexOf(' ') >= 0) {
          return null;
        }
        names.add(name);
      }
      boolean whole = parser.currentToken() == JsonToken.END_ARRAY && !names.isEmpty();
      return whole ? lists.of(names.size() == 1 ? names.get(0) : String.join(" ", names)) : null;
    }
  }
}
