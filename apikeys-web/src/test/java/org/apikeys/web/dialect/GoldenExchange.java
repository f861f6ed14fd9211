package org.apikeys.web.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Tenant;

/**
 * A conversation with the server as a JSON file tells it: a list of requests, each with the answer
 * that must come, field by field. {@code ${name}} stands for a value that is known; a text of an
 * answer {@code {name:pattern}} for one that has to match, and is known from then on.
 */
final class GoldenExchange {
  private static final Pattern KNOWN = Pattern.compile("\\$\\{(\\w+)}");
  private static final Pattern CAPTURE = Pattern.compile("\\{(\\w+):(.+)}");

  private final JsonNode steps;
  private final Map<String, String> known;

  private GoldenExchange(JsonNode steps, Map<String, String> known) {
    this.steps = steps;
    this.known = new HashMap<>(known);
  }

  /** Reads the file, which lies beside this class. */
  static GoldenExchange of(String file, Map<String, String> known) {
    try (InputStream content = GoldenExchange.class.getResourceAsStream(file)) {
      byte[] bytes = Objects.requireNonNull(content, file).readAllBytes();
      return new GoldenExchange(Json.read(new String(bytes, StandardCharsets.UTF_8)), known);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Holds the conversation with people of a tenant; what is known after it, by name. */
  UnaryOperator<String> with(Tenant tenant) {
    return with(name -> caller(tenant, name));
  }

  /** As {@link #with(Tenant)}, with other callers by their names. */
  UnaryOperator<String> with(Function<String, Api> callers) {
    assertThat(steps.size()).isPositive();
    for (JsonNode step : steps) {
      JsonNode request = step.path("request");
      Api caller = callers.apply(step.path("by").asText("admin"));
      Answer answer = send(caller, request);
      JsonNode expected = step.path("answer");
      answer.expect(expected.path("status").asInt());
      assertThat(answer.requireHeader("content-type")).startsWith("application/json");
      assertThat(answer.header("x-request-id")).as("request id of %s", answer).isPresent();
      match(expected.path("body"), answer.json(), "", answer);
    }
    return name -> Objects.requireNonNull(known.get(name), name);
  }

  private static Api caller(Tenant tenant, String name) {
    return switch (name) {
      case "nobody" -> tenant.server().anonymous();
      case "wrong" ->
          tenant.server().anonymous().withKey("sk_live_00000000_00000000000000000000000000000000");
      case "admin" -> tenant.admin();
      default -> tenant.person(name).api();
    };
  }

  private Answer send(Api caller, JsonNode request) {
    String method = request.path("method").asText();
    String path = filled(request.path("path").asText(), GoldenExchange::encoded);
    if (request.has("text")) {
      return caller.sendBytes(
          method,
          path,
          request.path("content_type").asText("application/json"),
          request.path("text").asText().getBytes(StandardCharsets.UTF_8));
    }
    if (!request.has("body")) {
      return caller.send(method, path, null);
    }
    // a number stands in quotes in the file, since JSON knows no ${name} outside of a text
    String body = filled(request.path("body").toString(), value -> value);
    return caller.send(method, path, body.replaceAll("\"#(\\d+)\"", "$1"));
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private String filled(String text, Function<String, String> encoding) {
    return KNOWN
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    encoding.apply(
                        Objects.requireNonNull(known.get(found.group(1)), found.group(1)))));
  }

  private void match(JsonNode expected, JsonNode found, String at, Answer answer) {
    if (expected.isObject()) {
      assertThat(Json.names(found))
          .as("fields at '%s' of %s", at, answer)
          .containsExactlyInAnyOrderElementsOf(Json.names(expected));
      for (String name : Json.names(expected)) {
        match(expected.path(name), found.path(name), at + "/" + name, answer);
      }
      return;
    }
    if (expected.isArray()) {
      assertThat(found.size()).as("size at '%s' of %s", at, answer).isEqualTo(expected.size());
      for (int i = 0; i < expected.size(); i++) {
        match(expected.path(i), found.path(i), at + "/" + i, answer);
      }
      return;
    }
    Matcher capture = CAPTURE.matcher(expected.asText());
    if (expected.isTextual() && capture.matches()) {
      boolean number = List.of("id", "requestId").contains(capture.group(1));
      assertThat(found.isNumber()).as("'%s' of %s is a number", at, answer).isEqualTo(number);
      assertThat(found.asText()).as("'%s' of %s", at, answer).matches(capture.group(2));
      known.put(capture.group(1), found.asText());
      return;
    }
    if (expected.isTextual()) {
      String text = filled(expected.asText(), value -> value);
      if (text.startsWith("#")) {
        assertThat(found.asText()).as("'%s' of %s", at, answer).isEqualTo(text.substring(1));
        assertThat(found.isNumber()).as("'%s' of %s is a number", at, answer).isTrue();
        return;
      }
      assertThat(found.isTextual()).as("'%s' of %s is a text", at, answer).isTrue();
      assertThat(found.asText()).as("'%s' of %s", at, answer).isEqualTo(text);
      return;
    }
    assertThat(found).as("'%s' of %s", at, answer).isEqualTo(expected);
  }
}
