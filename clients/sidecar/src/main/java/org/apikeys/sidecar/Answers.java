package org.apikeys.sidecar;

import io.vertx.core.http.HttpServerResponse;
import java.util.Arrays;
import java.util.Optional;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.api.verify.Refusals;
import org.apikeys.client.Verdict;
import org.apikeys.client.Verdict.RateLimit;
import org.apikeys.client.VerifiedKey;
import org.jspecify.annotations.Nullable;

/** Writes decisions as the server writes them. */
final class Answers {
  private Answers() {}

  /** The answer to {@code /api/v1/authorize}. */
  static void authorize(Exchange exchange, Verdict verdict) {
    HttpServerResponse response = exchange.response();
    VerifiedKey key = verdict.key();
    RateLimit limit = verdict.limit();
    if (key != null && limit != null) {
      LimitHeaders.tell(limit, response::putHeader);
    }
    if (key == null || !verdict.valid()) {
      refuse(exchange, refusal(verdict));
      return;
    }
    if (verdict.decisionId() != null) {
      response.putHeader("X-Decision-Id", verdict.decisionId());
    }
    response
        .putHeader(Headers.KEY_ID, key.keyId())
        .putHeader(Headers.KEY_OWNER, key.owner())
        .putHeader(Headers.KEY_ORGANIZATION, Long.toString(key.organizationId()))
        .putHeader(Headers.KEY_SCOPES, key.scopeNames())
        .end();
  }

  /** Says why in a header too: most proxies hand on headers of a sub-request, not its body. */
  static void refuse(Exchange exchange, ProblemException problem) {
    exchange.response().putHeader("X-Key-Error", problem.type().name());
    exchange.refuse(problem);
  }

  private static ProblemException refusal(Verdict verdict) {
    return code(verdict)
        .filter(code -> code != DecisionCode.VALID)
        .map(code -> Refusals.of(code, verdict.retryAfter(), tightened(code, verdict.limit())))
        .orElseGet(Exchange::unavailable);
  }

  private static Optional<DecisionCode> code(Verdict verdict) {
    return Arrays.stream(DecisionCode.values())
        .filter(code -> code.name().equals(verdict.code()))
        .findFirst();
  }

  private static String tightened(DecisionCode code, @Nullable RateLimit limit) {
    Verdict.Tightened less = limit == null ? null : limit.tightened();
    return code != DecisionCode.RATE_LIMITED || less == null
        ? ""
        : " Its limits count by " + less.percent() + " % now (" + less.reason() + ").";
  }

  /** The answer to {@code /api/v1/api-keys/verify}. */
  static void verify(Exchange exchange, Verdict verdict) {
    String document = verdict.document();
    if (document == null && code(verdict).isEmpty()) {
      exchange.refuse(Exchange.unavailable());
      return;
    }
    exchange
        .response()
        .putHeader(Headers.CONTENT_TYPE, Headers.JSON)
        .end(document == null ? document(verdict) : document);
  }

  /** The answer to a verification that was decided here, as JSON. */
  static String document(Verdict verdict) {
    VerifiedKey key = verdict.key();
    StringBuilder json =
        new StringBuilder(512)
            .append("{\"valid\":")
            .append(verdict.valid())
            .append(",\"code\":\"")
            .append(verdict.code())
            .append("\",\"status\":")
            .append(verdict.status())
            .append(",\"decision_id\":null,\"key\":")
            .append(key == null ? "null" : key.json())
            .append(",\"rate_limit\":");
    RateLimit limit = verdict.limit();
    if (limit == null) {
      json.append("null");
    } else {
      append(json, limit);
    }
    // a key that pays is never lent to
    return json.append(",\"credits\":null}").toString();
  }

  private static void append(StringBuilder json, RateLimit limit) {
    json.append("{\"limit\":")
        .append(limit.limit())
        .append(",\"remaining\":")
        .append(limit.remaining())
        .append(",\"reset_at\":\"")
        .append(limit.resetAt())
        .append("\",\"window\":\"")
        .append(limit.window())
        .append('"');
    Verdict.Tightened less = limit.tightened();
    if (less != null) {
      json.append(",\"tightened\":{\"percent\":")
          .append(less.percent())
          .append(",\"reason\":\"")
          .append(less.reason())
          .append("\"}");
    }
    json.append('}');
  }
}
