package org.apikeys.sidecar;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apikeys.api.key.Environment;
import org.apikeys.api.permission.ScopeExpression;
import org.apikeys.api.permission.ScopeExpressionException;
import org.apikeys.client.Call;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a verification in the plain form that gateways send: each field once, of the
 * right kind and within its bounds. Whatever else it is, the server can tell what is wrong with it.
 */
final class AskedCalls {
  private static final JsonFactory JSON = new JsonFactory();

  /** The fields that are texts, with the most characters of each. */
  private static final Map<String, Integer> TEXTS =
      Map.of(
          "key", 256,
          "resource", 500,
          "ip", 45,
          "referrer", 4_096,
          "method", 10,
          "endpoint", 500,
          "environment", 20);

  /** The fields that are whole numbers, with the largest of each. */
  private static final Map<String, Long> NUMBERS =
      Map.of("cost", 1_000_000_000L, "bytes_in", 1L << 50);

  private static final String SCOPES = "scopes";

  private final Expressions expressions = Expressions.ofTexts();
  private final Expressions lists = Expressions.ofLists();

  /** The call; empty when it is not plain. */
  Optional<Call> read(Buffer body) {
    try (JsonParser parser = JSON.createParser(body.getBytes())) {
      return Optional.ofNullable(read(parser));
    } catch (IOException | ScopeExpressionException e) {
      return Optional.empty();
    }
  }

  private @Nullable Call read(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      return null;
    }
    Map<String, String> texts = new HashMap<>();
    Map<String, Long> numbers = new HashMap<>();
    ScopeExpression needed = null;
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken token = parser.nextToken();
      boolean taken;
      if (name.equals(SCOPES) && needed == null) {
        needed = scopes(parser, token);
        taken = needed != null;
      } else if (TEXTS.containsKey(name)) {
        taken = token == JsonToken.VALUE_STRING && texts.put(name, parser.getText()) == null;
      } else {
        taken =
            NUMBERS.containsKey(name)
                && token == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                && numbers.put(name, parser.getLongValue()) == null;
      }
      if (!taken) {
        return null;
      }
    }
    boolean whole =
        parser.currentToken() == JsonToken.END_OBJECT
            && parser.nextToken() == null
            && texts.containsKey("key")
            && isWithinBounds(texts, numbers);
    return whole ? call(texts, numbers, needed) : null;
  }

  private static boolean isWithinBounds(Map<String, String> texts, Map<String, Long> numbers) {
    String ip = texts.get("ip");
    String environment = texts.get("environment");
    return texts.entrySet().stream()
            .allMatch(text -> text.getValue().length() <= TEXTS.getOrDefault(text.getKey(), 0))
        && numbers.entrySet().stream()
            .allMatch(
                number ->
                    number.getValue() >= 0
                        && number.getValue() <= NUMBERS.getOrDefault(number.getKey(), 0L))
        && (ip == null || Addresses.isAddress(ip))
        && (environment == null || Environment.ofWireName(environment).isPresent());
  }

  private static Call call(
      Map<String, String> texts, Map<String, Long> numbers, @Nullable ScopeExpression needed) {
    return new Call(
        texts.getOrDefault("key", ""),
        needed,
        texts.get("resource"),
        texts.get("ip"),
        texts.get("referrer"),
        texts.get("method"),
        texts.get("endpoint"),
        texts.get("environment"),
        numbers.getOrDefault("cost", 1L),
        numbers.getOrDefault("bytes_in", 0L));
  }

  private @Nullable ScopeExpression scopes(JsonParser parser, JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_STRING) {
      return expressions.of(parser.getText());
    }
    if (token != JsonToken.START_ARRAY) {
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
    return whole ? lists.of(String.join(" ", names)) : null;
  }
}
