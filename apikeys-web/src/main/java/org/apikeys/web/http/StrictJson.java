package org.apikeys.web.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.verify.CallText;
import org.apikeys.hot.Printable;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON of requests (RFC 8259) and refuses what could be understood in two ways: unknown
 * or doubled fields, text for numbers, fractions for whole numbers, text that is no Unicode,
 * anything after the object.
 */
public final class StrictJson {
  /** The longest body, in bytes. */
  public static final int MOST_BYTES = 1 << 20;

  private static final Pattern DUPLICATE = Pattern.compile("Duplicate field '(.{1,200})'");

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new SimpleModule().addDeserializer(Instant.class, new StrictInstant()))
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(
              LogicalType.Textual,
              text -> {
                text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                text.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                text.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
              })
          .build();

  static {
    MAPPER
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(50)
                .maxNumberLength(100)
                .maxStringLength(MOST_BYTES)
                .maxNameLength(1_000)
                .build());
  }

  private StrictJson() {}

  /** Reads an object of at most {@link #MOST_BYTES}. */
  public static ObjectNode read(InputStream body) throws IOException {
    byte[] bytes = body.readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      throw new ProblemException(
          ProblemType.PAYLOAD_TOO_LARGE, "A request has at most 1 MiB (1048576 bytes).");
    }
    return parse(bytes);
  }

  static ObjectNode parse(byte[] bytes) throws IOException {
    String text = decode(bytes);
    try (JsonParser parser = MAPPER.createParser(text)) {
      try {
        JsonNode node = MAPPER.readTree(parser);
        if (!(node instanceof ObjectNode object)) {
          throw ProblemException.invalid("body", "is a JSON object");
        }
        if (parser.nextToken() != null) {
          throw ProblemException.invalid("body", "goes on after the JSON object");
        }
        requireText(object, "");
        return object;
      } catch (JsonProcessingException e) {
        throw malformed(e, parser);
      } catch (NumberFormatException e) {
        // Jackson's own reader of decimals gives up on an exponent that no int takes
        throw ProblemException.invalid(where(parser), "is a number beyond all bounds");
      }
    }
  }

  private static String decode(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException e) {
      throw ProblemException.invalid("body", "is not UTF-8");
    }
  }

  private static ProblemException malformed(JsonProcessingException e, JsonParser parser) {
    String message = e.getOriginalMessage() == null ? "" : e.getOriginalMessage();
    Matcher duplicate = DUPLICATE.matcher(message);
    if (duplicate.find()) {
      return ProblemException.invalid(printable(duplicate.group(1)), "is given twice");
    }
    String where = where(parser);
    if (e instanceof StreamConstraintsException) {
      return ProblemException.invalid(
          where, "is nested too deeply, or has a number, name or text that is too long");
    }
    int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
    int column = e.getLocation() == null ? 1 : e.getLocation().getColumnNr();
    return ProblemException.invalid(where, "is no JSON: line " + line + ", column " + column);
  }

  private static String where(JsonParser parser) {
    String pointer = parser.getParsingContext().pathAsPointer(false).toString();
    return pointer.isEmpty() ? "body" : printable(pointer.substring(1).replace('/', '.'));
  }

  /** A name that a client sent, fit to be shown. */
  private static String printable(String name) {
    if (name.isEmpty()) {
      return "\"\"";
    }
    String clean = Printable.of(name);
    return clean.length() > 100 ? clean.substring(0, 100) + "…" : clean;
  }

  /** Refuses text that could not be stored, or be shown to anyone: NUL and halves of characters. */
  private static void requireText(JsonNode node, String path) {
    if (node.isTextual() && !CallText.isWhole(node.textValue())) {
      throw ProblemException.invalid(path, "holds a NUL or half of a character pair");
    }
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        String inner =
            path.isEmpty() ? printable(field.getKey()) : path + "." + printable(field.getKey());
        if (!CallText.isWhole(field.getKey())) {
          throw ProblemException.invalid(inner, "is named with a NUL or half of a character pair");
        }
        requireText(field.getValue(), inner);
      }
    } else {
      for (int i = 0; i < node.size(); i++) {
        requireText(node.get(i), path + "[" + i + "]");
      }
    }
  }

  /** Understands an object as a type. */
  static <T> T bind(JsonNode node, Class<T> type) {
    try {
      return MAPPER.treeToValue(node, type);
    } catch (UnrecognizedPropertyException e) {
      throw ProblemException.invalid(path(e), "is not a field of this request");
    } catch (InvalidFormatException e) {
      throw ProblemException.invalid(path(e), "is not " + kind(e.getTargetType()));
    } catch (JsonMappingException e) {
      if (e.getCause() instanceof ProblemException problem) {
        throw problem;
      }
      Class<?> wanted =
          e instanceof com.fasterxml.jackson.databind.exc.MismatchedInputException mismatch
              ? mismatch.getTargetType()
              : null;
      throw ProblemException.invalid(path(e), "is not " + kind(wanted));
    } catch (JsonProcessingException e) {
      throw ProblemException.invalid("body", "can't be understood");
    }
  }

  private static String kind(@Nullable Class<?> type) {
    if (type == null) {
      return "of the right kind or range";
    }
    if (type == Long.class || type == long.class || type == Integer.class || type == int.class) {
      return "a whole number in range";
    }
    if (type == Boolean.class || type == boolean.class) {
      return "true or false";
    }
    if (type == String.class) {
      return "a text";
    }
    if (type == Instant.class) {
      return "a time with its offset, such as 2026-01-31T23:59:59Z";
    }
    if (java.util.Collection.class.isAssignableFrom(type)) {
      return "a list";
    }
    return Number.class.isAssignableFrom(type) || type.isPrimitive() ? "a number" : "an object";
  }

  private static String path(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(printable(step.getFieldName()));
      }
    }
    return path.isEmpty() ? "body" : path.toString();
  }

  /** A time: ISO 8601 with an offset, as text; kept as UTC. */
  private static final class StrictInstant extends JsonDeserializer<Instant> {
    @Override
    public Instant deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      if (parser.currentToken() != com.fasterxml.jackson.core.JsonToken.VALUE_STRING) {
        return (Instant) context.handleUnexpectedToken(Instant.class, parser);
      }
      return Times.parse(parser.getText())
          .orElseThrow(() -> new InvalidFormatException(parser, "no instant", "", Instant.class));
    }
  }
}
