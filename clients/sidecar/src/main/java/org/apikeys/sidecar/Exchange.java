package org.apikeys.sidecar;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, with what every answer has.
 *
 * @param id of the request: the caller's own when it is well-formed
 */
record Exchange(HttpServerRequest request, String id) {
  private static final Pattern WELL_FORMED = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final int UNAUTHORIZED = 401;

  static Exchange of(HttpServerRequest request) {
    Exchange exchange = new Exchange(request, id(request.getHeader("X-Request-Id")));
    exchange
        .response()
        .putHeader(Headers.REQUEST_ID, exchange.id)
        .putHeader(Headers.CONTENT_TYPE_OPTIONS, Headers.NOSNIFF);
    return exchange;
  }

  HttpServerResponse response() {
    return request.response();
  }

  /** Nobody can say now whether the call is allowed: as the server says it without its store. */
  static ProblemException unavailable() {
    return ProblemException.retryAfter(
        ProblemType.STORE_UNAVAILABLE,
        "The store is out of reach, and what this node knows is too old to decide by.",
        Duration.ofSeconds(1));
  }

  /** Answers with a problem (RFC 9457). */
  void refuse(ProblemException problem) {
    if (response().ended()) {
      return;
    }
    JsonObject body =
        new JsonObject()
            .put("type", problem.type().page())
            .put("title", problem.type().title())
            .put("status", problem.status())
            .put("detail", problem.detail())
            .put("instance", request.path())
            .put("code", problem.type().name())
            .put("request_id", id);
    if (!problem.errors().isEmpty()) {
      JsonArray errors = new JsonArray();
      problem
          .errors()
          .forEach(
              error ->
                  errors.add(
                      new JsonObject()
                          .put("field", error.field())
                          .put("message", error.message())));
      body.put("errors", errors);
    }
    if (problem.status() == UNAUTHORIZED) {
      response().putHeader("WWW-Authenticate", "Bearer realm=\"apikeys\"");
    }
    problem
        .retryAfter()
        .ifPresent(wait -> response().putHeader("Retry-After", Long.toString(wait.toSeconds())));
    response()
        .setStatusCode(problem.status())
        .putHeader("Cache-Control", "no-store")
        .putHeader("Content-Type", "application/problem+json");
    response().end(body.encode());
  }

  /** The id of a request that has come with this one. */
  static String id(@Nullable String sent) {
    return sent != null && WELL_FORMED.matcher(sent).matches() ? sent : random();
  }

  /** Unlike any other, and no secret: so it need not wait for the secure source. */
  private static String random() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }
}
