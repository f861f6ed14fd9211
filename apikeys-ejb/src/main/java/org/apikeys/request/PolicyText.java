package org.apikeys.request;

import com.fasterxml.jackson.core.JsonProcessingException;
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
import java.util.stream.Collectors;
import org.apikeys.store.Json;

/** Reads policies strictly: every mistake is told with its place and its reason. */
final class PolicyText {
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .propertyNamingStrategy(Json.MAPPER.getPropertyNamingStrategy())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
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

  private PolicyText() {}

  /** What is wrong with policies, and where. */
  static final class Mistake extends Exception {
    private final String place;
    private final String reason;

    Mistake(String place, String reason, Throwable cause) {
      super(place + ": " + reason, cause);
      this.place = place;
      this.reason = reason;
    }

    /** For example {@code policies[2].stages[0]}. */
    String place() {
      return place;
    }

    String reason() {
      return reason;
    }
  }

  static PolicyDocument parse(String text) throws Mistake {
    try {
      return read(STRICT.readTree(text));
    } catch (JsonProcessingException e) {
      String line = e.getLocation() == null ? "?" : Integer.toString(e.getLocation().getLineNr());
      throw new Mistake("line " + line, String.valueOf(e.getOriginalMessage()), e);
    }
  }

  static PolicyDocument read(JsonNode document) throws Mistake {
    try {
      return STRICT.treeToValue(document, PolicyDocument.class);
    } catch (UnrecognizedPropertyException e) {
      throw new Mistake(place(e), "is not a field of a policy", e);
    } catch (JsonMappingException e) {
      throw new Mistake(place(e), reason(e), e);
    } catch (JsonProcessingException e) {
      throw new Mistake("policies", "can't be understood", e);
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

  private static String place(JsonMappingException e) {
    String place =
        e.getPath().stream()
            .map(
                step ->
                    step.getFieldName() == null
                        ? "[" + step.getIndex() + "]"
                        : "." + step.getFieldName())
            .collect(Collectors.joining());
    return place.isEmpty() ? "policies" : place.substring(place.startsWith(".") ? 1 : 0);
  }
}
