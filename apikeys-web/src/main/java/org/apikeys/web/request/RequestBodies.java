package org.apikeys.web.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.KeyProposals;
import org.apikeys.request.RequestKind;
import org.apikeys.web.http.JsonBody;
import org.apikeys.web.key.KeyBodies;
import org.apikeys.web.key.KeysResource;
import org.jspecify.annotations.Nullable;

/** Understands what is asked for: the request's own fields beside those of the wanted key. */
record RequestBodies(
    RequestKind kind,
    @Nullable Long keyId,
    String justification,
    @Nullable String publicKey,
    ObjectNode wishes) {
  private static final int LONGEST = 2000;
  private static final Set<String> LIMITS = Set.of("rate_limit", "rate_limits", "unlimited");

  /** What somebody would like to ask for, and need not say why yet. */
  static RequestBodies preview(JsonBody body) {
    ObjectNode rest = body.node().deepCopy();
    if (!rest.hasNonNull("justification") || rest.path("justification").asText().isBlank()) {
      rest.put("justification", "preview");
    }
    return of(new JsonBody(rest));
  }

  static RequestBodies of(JsonBody body) {
    ObjectNode rest = body.node().deepCopy();
    RequestKind kind = kind(rest.remove("kind"));
    Long key = key(rest.remove("key_id"));
    if (kind.isForNewKey() && key != null) {
      throw ProblemException.invalid("key_id", "names no key when a new one is asked for");
    }
    if (!kind.isForNewKey() && key == null) {
      throw ProblemException.invalid("key_id", "is required: the key that this is about");
    }
    String why = justification(rest.remove("justification"));
    String publicKey = publicKey(rest.remove("public_key"));
    if (publicKey != null && !kind.isForNewKey()) {
      throw ProblemException.invalid("public_key", "is for a new key, which is sealed to it");
    }
    ObjectNode wishes = KeyBodies.wishes(rest);
    if (kind == RequestKind.EMERGENCY && !wishes.has("type")) {
      wishes.put("type", "emergency");
    }
    requireFieldsOf(kind, wishes);
    return new RequestBodies(kind, key, why, publicKey, wishes);
  }

  static RequestKind kind(@Nullable JsonNode sent) {
    String word = sent == null ? "" : sent.asText();
    return RequestKind.ofWord(word)
        .filter(kind -> sent != null && sent.isTextual())
        .orElseThrow(
            () ->
                ProblemException.invalid(
                    "kind", "is one of " + String.join(", ", RequestKind.words())));
  }

  private static @Nullable Long key(@Nullable JsonNode sent) {
    if (sent == null || sent.isNull()) {
      return null;
    }
    if (sent.isIntegralNumber() && sent.canConvertToLong() && sent.longValue() > 0) {
      return sent.longValue();
    }
    if (!sent.isTextual() || !sent.textValue().matches("(key-)?[1-9][0-9]{0,17}")) {
      throw ProblemException.invalid("key_id", "is the number of a key, such as key-12");
    }
    return KeysResource.number(sent.textValue());
  }

  private static @Nullable String publicKey(@Nullable JsonNode sent) {
    if (sent == null || sent.isNull()) {
      return null;
    }
    if (!sent.isObject()) {
      throw ProblemException.invalid("public_key", "is a JWK: a JSON object");
    }
    return sent.toString();
  }

  static String justification(@Nullable JsonNode sent) {
    if (sent == null || !sent.isTextual() || sent.textValue().isBlank()) {
      throw ProblemException.invalid("justification", "is required: why this is needed");
    }
    if (sent.textValue().length() > LONGEST) {
      throw ProblemException.invalid("justification", "has at most " + LONGEST + " characters");
    }
    return sent.textValue();
  }

  private static void requireFieldsOf(RequestKind kind, ObjectNode wishes) {
    Set<String> taken =
        switch (kind) {
          case RENEWAL -> Set.of("expires_at");
          case LIMIT_INCREASE -> LIMITS;
          case REACTIVATION -> Set.of();
          case NEW_KEY, CHANGE, EMERGENCY -> Set.of("*");
        };
    if (taken.contains("*")) {
      return;
    }
    for (String field : List.copyOf(wishes.properties().stream().map(e -> e.getKey()).toList())) {
      if (!taken.contains(field)) {
        throw ProblemException.invalid(
            field,
            "is not a field of a request of the kind " + kind.name().toLowerCase(Locale.ROOT));
      }
    }
    if (wishes.isEmpty() && !taken.isEmpty()) {
      String field = kind == RequestKind.RENEWAL ? "expires_at" : "rate_limits";
      throw ProblemException.invalid(field, "is required");
    }
    if (kind == RequestKind.RENEWAL && wishes.path("expires_at").isNull()) {
      throw ProblemException.invalid("expires_at", "is required");
    }
  }

  /** The configuration of the new key. */
  KeyConfiguration order() {
    return KeyBodies.order(new JsonBody(wishes));
  }

  /** The change of the key. */
  KeyProposals.Wanted change() {
    return new KeyProposals.Wanted(
        before -> KeyBodies.merged(before, wishes),
        kind == RequestKind.REACTIVATION ? Boolean.TRUE : null,
        kind == RequestKind.RENEWAL);
  }
}
