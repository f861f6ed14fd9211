package org.apikeys.web.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What came back.
 *
 * @param request method and path of the request, for the message of a failure
 * @param status the HTTP status
 * @param headers by lower-case name
 * @param body the body as text, empty when there was none
 */
public record Answer(String request, int status, Map<String, List<String>> headers, String body) {

  private static final int SHOWN = 600;

  /** Requires the status. */
  public Answer expect(int expected) {
    assertThat(status)
        .as("status of %s, which answered %s", request, shownBody())
        .isEqualTo(expected);
    return this;
  }

  /** Requires an RFC 9457 problem with the status and the code, and with every promised field. */
  public Answer expectProblem(int expected, String code) {
    expectAnyProblem();
    assertThat(status)
        .as("status of %s, which answered %s", request, shownBody())
        .isEqualTo(expected);
    assertThat(text("/code")).as("code of %s", this).isEqualTo(code);
    return this;
  }

  /** Requires a well-formed problem of any kind: 4xx, never 5xx, never HTML. */
  public Answer expectAnyProblem() {
    assertThat(status)
        .as("status of %s, which answered %s", request, shownBody())
        .isBetween(400, 503);
    assertThat(header("content-type").orElse("none"))
        .as("content type of %s", this)
        .startsWith("application/problem+json");
    assertThat(header("x-content-type-options")).as("headers of %s", this).contains("nosniff");
    JsonNode problem = json();
    assertThat(Json.names(problem))
        .as("fields of %s", this)
        .contains("type", "title", "status", "detail", "instance", "code", "request_id");
    assertThat(problem.path("status").asInt()).as("status in %s", this).isEqualTo(status);
    assertThat(problem.path("code").asText()).as("code of %s", this).matches("[A-Z][A-Z_]*");
    assertThat(problem.path("title").asText()).as("title of %s", this).isNotBlank();
    assertThat(header("x-request-id"))
        .as("request id of %s", this)
        .contains(problem.path("request_id").asText());
    return this;
  }

  /** Requires 400 {@code VALIDATION_FAILED} with an entry for the field. */
  public Answer expectInvalid(String field) {
    expectProblem(400, "VALIDATION_FAILED");
    assertThat(Json.texts(json().path("errors"), "field"))
        .as("fields at fault in %s", this)
        .contains(field);
    json().path("errors").forEach(error -> assertThat(error.path("message").asText()).isNotBlank());
    return this;
  }

  public JsonNode json() {
    return Json.read(body);
  }

  /** The value at a JSON pointer; missing when there is none. */
  public JsonNode at(String pointer) {
    return json().at(pointer);
  }

  /** The text at a JSON pointer that must be there. */
  public String text(String pointer) {
    JsonNode value = at(pointer);
    assertThat(value.isMissingNode() || value.isNull())
        .as("%s is missing in %s", pointer, this)
        .isFalse();
    return value.asText();
  }

  /** The number at a JSON pointer that must be there. */
  public long number(String pointer) {
    JsonNode value = at(pointer);
    assertThat(value.isIntegralNumber()).as("%s is no integer in %s", pointer, this).isTrue();
    return value.asLong();
  }

  /** The header's first value. */
  public Optional<String> header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream().findFirst();
  }

  /** The value of a header that must be there. */
  public String requireHeader(String name) {
    return header(name).orElseThrow(() -> new AssertionError("no header " + name + " in " + this));
  }

  @Override
  public String toString() {
    return request + " -> " + status + " " + headers + " " + shownBody();
  }

  private String shownBody() {
    return body.length() > SHOWN ? body.substring(0, SHOWN) + "…" : body;
  }
}
