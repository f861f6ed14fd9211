package org.apikeys.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.time.DateTimeException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what operators write strictly: every mistake is told with its place and its reason. */
public final class ConfigText {
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .propertyNamingStrategy(Json.MAPPER.getPropertyNamingStrategy())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
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

  private static final Pattern WORD = Pattern.compile("\\w+");

  private ConfigText() {}

  /** What is wrong with a text, and where. */
  public static final class Mistake extends Exception {
    private final String place;
    private final String reason;

    public Mistake(String place, String reason, @Nullable Throwable cause) {
      super(place + ": " + reason, cause);
      this.place = place;
      this.reason = reason;
    }

    /** For example {@code policies[2].stages[0]}. */
    public String place() {
      return place;
    }

    public String reason() {
      return reason;
    }
  }

  /**
   * Reads a text.
   *
   * @param whole what the text is called where a mistake has no place in it
   */
  public static <T> T parse(String text, Class<T> type, String whole) throws Mistake {
    try {
      return read(STRICT.readTree(text), type, whole);
    } catch (JsonProcessingException e) {
      String line = e.getLocation() == null ? "?" : Integer.toString(e.getLocation().getLineNr());
      throw new Mistake("line " + line, String.valueOf(e.getOriginalMessage()), e);
    }
  }

  /** As {@link #parse}, of what is JSON already. */
  public static <T> T read(JsonNode document, Class<T> type, String whole) throws Mistake {
    if (!document.isObject()) {
      throw new Mistake(whole, "is a JSON object", null);
    }
    try {
      return STRICT.treeToValue(document, type);
    } catch (UnrecognizedPropertyException e) {
      throw new Mistake(place(e, whole), "is not a field that there is", e);
    } catch (JsonMappingException e) {
      throw new Mistake(place(e, whole), reason(e), e);
    } catch (JsonProcessingException e) {
      throw new Mistake(whole, "can't be understood", e);
    }
  }

  private static String reason(JsonMappingException e) {
    Throwable cause = e.getCause();
    if (cause instanceof IllegalArgumentException broken && broken.getMessage() != null) {
      return broken.getMessage();
    }
    if (cause instanceof DateTimeException || String.valueOf(e.getMessage()).contains("Duration")) {
      return "is an ISO 8601 duration such as P7D";
    }
    return "is of the wrong kind, or missing";
  }

  private static String place(JsonMappingException e, String whole) {
    String place =
        e.getPath().stream()
            .map(
                step ->
                    step.getFieldName() == null
                        ? "[" + step.getIndex() + "]"
                        : "." + shown(step.getFieldName()))
            .collect(Collectors.joining());
    return place.isEmpty() ? whole : place.substring(place.startsWith(".") ? 1 : 0);
  }

  /** Names that are no words are shown as JSON has them: what is blank would not be seen. */
  private static String shown(String name) {
    return WORD.matcher(name).matches() ? name : Json.write(name);
  }
}
