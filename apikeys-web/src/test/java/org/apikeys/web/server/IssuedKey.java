package org.apikeys.web.server;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A key that was issued.
 *
 * @param id its number
 * @param value the key itself
 * @param json the answer to its creation
 * @param etag its {@code ETag} then
 */
public record IssuedKey(long id, String value, JsonNode json, String etag) {

  static IssuedKey of(Answer answer) {
    answer.expect(201);
    return new IssuedKey(
        answer.number("/id"), answer.text("/key"), answer.json(), answer.header("etag").orElse(""));
  }

  /** {@code /api/v1/api-keys/<id>}. */
  public String path() {
    return "/api/v1/api-keys/" + id;
  }

  /** {@code key-<id>}. */
  public String keyId() {
    return "key-" + id;
  }

  public String name() {
    return json.path("name").asText();
  }
}
