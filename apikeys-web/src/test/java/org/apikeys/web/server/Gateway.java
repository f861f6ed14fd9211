package org.apikeys.web.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A machine in front of an application that has the keys of its callers verified.
 *
 * @param key its own key
 * @param api a client that presents this key
 */
public record Gateway(IssuedKey key, Api api) {
  public static final String VERIFY = "/api/v1/api-keys/verify";

  /** Asks about a call with the key; further fields are names and values by turns. */
  public JsonNode verify(IssuedKey verified, @Nullable Object... more) {
    return verify(verified.value(), more);
  }

  /** Asks about a call with the key; further fields are names and values by turns. */
  public JsonNode verify(String verified, @Nullable Object... more) {
    return ask(verified, more).expect(200).json();
  }

  /** The code of the decision. */
  public String code(IssuedKey verified, @Nullable Object... more) {
    return verify(verified.value(), more).path("code").asText();
  }

  /** The code of the decision. */
  public String code(String verified, @Nullable Object... more) {
    return verify(verified, more).path("code").asText();
  }

  /** As {@link #verify}, with the answer whole. */
  public Answer ask(String verified, @Nullable Object... more) {
    Map<String, @Nullable Object> body = Json.object(more);
    body.put("key", verified);
    return api.post(VERIFY, body);
  }
}
