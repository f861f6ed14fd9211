package org.apikeys.web.key;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.crypto.Secret;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.store.Json;
import org.apikeys.web.http.JsonBody;
import org.apikeys.web.http.ReadOnlyFields;
import org.jspecify.annotations.Nullable;

/** Understands the bodies of requests about keys. */
public final class KeyBodies {
  /** What an answer about a key holds beyond its configuration. */
  private static final List<String> READ_ONLY =
      List.of(
          "id",
          "key_id",
          "key_prefix",
          "organization_id",
          "status",
          "generation",
          "unrestricted",
          "revoked_at",
          "revoked_reason",
          "created_by",
          "created_at",
          "updated_at",
          "last_used",
          "last_used_at",
          "usage_count",
          "denied_count",
          "usage",
          "warnings");

  private static final String CUSTOM = "custom_key";
  private static final String LIMIT = "rate_limit";
  private static final String LIMITS = "rate_limits";
  private static final String UNLIMITED = "unlimited";
  private static final Pattern HUMP = Pattern.compile("([a-z0-9])([A-Z])");

  private KeyBodies() {}

  /** The value that somebody chose for a key; null when one is to be made. */
  public static @Nullable Secret customKey(ObjectNode body) {
    JsonNode custom = body.get(CUSTOM);
    if (custom == null || custom.isNull()) {
      return null;
    }
    if (!custom.isTextual()) {
      throw ProblemException.invalid(CUSTOM, "is a text");
    }
    return new Secret(custom.textValue());
  }

  /** The body without the chosen value. */
  static JsonBody withoutCustomKey(JsonBody body) {
    ObjectNode rest = body.node().deepCopy();
    rest.remove(CUSTOM);
    return new JsonBody(rest);
  }

  /** The configuration of a new key. */
  public static KeyConfiguration order(JsonBody body) {
    return new JsonBody(inOurSpelling(body.node())).as(KeyConfiguration.class);
  }

  /** The fields of a key that a body asks for, in our spelling. */
  public static ObjectNode wishes(ObjectNode body) {
    return inOurSpelling(body);
  }

  /** The changes that a body asks for, without what can't be changed. */
  static ObjectNode changes(JsonBody body, ObjectNode present) {
    return ReadOnlyFields.without(inOurSpelling(body.node()), present, READ_ONLY);
  }

  /** A length of time in a field; null when none is given. */
  static @Nullable Duration duration(String field, @Nullable String text) {
    try {
      return text == null ? null : Duration.parse(text);
    } catch (DateTimeException e) {
      throw ProblemException.invalid(field, "is an ISO 8601 duration such as PT24H or P7D");
    }
  }

  /** Refuses a proposal that says more than it may. */
  static void requireOnly(List<String> allowed, ObjectNode proposal) {
    proposal
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!allowed.contains(name)) {
                throw ProblemException.invalid(name, "is not a field of this request");
              }
            });
  }

  /** Leaves out the balance that the changed document was shown with: nobody has changed that. */
  static void dropBalance(ObjectNode changes, Set<Long> shown) {
    if (changes.get("credits") instanceof ObjectNode credits
        && credits.path("balance").isIntegralNumber()
        && shown.contains(credits.path("balance").longValue())) {
      credits.remove("balance");
    }
  }

  /** A configuration with changes: what is absent stays, null clears. */
  public static KeyConfiguration merged(KeyConfiguration before, ObjectNode changes) {
    ObjectNode merged = Json.MAPPER.valueToTree(before);
    if (changes.has(LIMIT) || changes.has(LIMITS) || changes.has(UNLIMITED)) {
      // whatever limit is given replaces the limits whole
      merged.remove(List.of(LIMIT, LIMITS, UNLIMITED));
    }
    merged.setAll(changes);
    return new JsonBody(merged).as(KeyConfiguration.class);
  }

  /** The rate limits of seed 001 are taken in that document's spelling too. */
  private static ObjectNode inOurSpelling(ObjectNode body) {
    ObjectNode ours = body.deepCopy();
    JsonNode custom = ours.remove(CUSTOM);
    if (custom != null && !custom.isNull()) {
      throw ProblemException.invalid(CUSTOM, "is given when a key is issued, or claimed");
    }
    JsonNode theirs = ours.remove("rateLimit");
    if (theirs != null) {
      if (ours.has(LIMITS)) {
        throw ProblemException.invalid("rateLimit", "is given twice: rate_limits is the same");
      }
      ours.set(LIMITS, theirs);
    }
    if (ours.get(LIMITS) instanceof ObjectNode limits) {
      ours.set(LIMITS, snakeCase(limits));
    }
    return ours;
  }

  private static ObjectNode snakeCase(ObjectNode object) {
    ObjectNode renamed = Json.MAPPER.createObjectNode();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String name =
          HUMP.matcher(field.getKey()).replaceAll("$1_$2").toLowerCase(java.util.Locale.ROOT);
      if (renamed.has(name)) {
        throw ProblemException.invalid("rate_limits." + name, "is given twice");
      }
      JsonNode value = field.getValue();
      renamed.set(name, value instanceof ObjectNode inner ? snakeCase(inner) : value);
    }
    return renamed;
  }
}
