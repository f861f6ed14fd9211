package org.apikeys.web.verify;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apikeys.api.permission.ScopeExpression;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.hot.Direct;
import org.apikeys.key.KeySnapshot;
import org.apikeys.limit.SteadyTime;
import org.apikeys.usage.CallIds;
import org.apikeys.verify.Attempt;
import org.apikeys.verify.Decision;
import org.apikeys.verify.Verifier;
import org.apikeys.web.access.ForwardedCall;
import org.apikeys.web.access.ForwardedCalls;
import org.apikeys.web.access.KeyAuthentication;
import org.apikeys.web.access.LimitHeaders;

/** Answers {@code /api/v1/authorize}. */
@Direct
public class AuthorizeAnswers implements HotAnswers {
  private final Verifications verifications;
  private final ForwardedCalls forwarded;
  private final Guarded guarded;
  private final SteadyTime time;
  private final Tracing tracing;

  @Inject
  AuthorizeAnswers(
      Verifications verifications,
      ForwardedCalls forwarded,
      Guarded guarded,
      SteadyTime time,
      Tracing tracing) {
    this.verifications = verifications;
    this.forwarded = forwarded;
    this.guarded = guarded;
    this.time = time;
    this.tracing = tracing;
  }

  @Override
  public void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    guarded.answer(request, response, () -> told(request, response));
  }

  /** Says why in a header too: most proxies hand on headers of a sub-request, not its body. */
  private void told(HttpServletRequest request, HttpServletResponse response) {
    try {
      authorize(request, response);
    } catch (ProblemException problem) {
      response.setHeader("X-Key-Error", problem.type().name());
      throw problem;
    }
  }

  private void authorize(HttpServletRequest request, HttpServletResponse response) {
    long began = tracing.begin();
    ForwardedCall call = forwarded.of(request);
    ScopeExpression needed = AuthorizeQuestion.needed(call.question());
    Attempt attempt =
        new Attempt(
            needed,
            call.ip(),
            call.referrer(),
            null,
            call.bytesIn(),
            1,
            verifications.nextCall(),
            needed == null ? null : AuthorizeQuestion.resource(call.question()),
            call.method(),
            call.path());
    Decision decision =
        verifications
            .decide(
                forwarded.proxy(request, Verifier.ANY_ORGANIZATION),
                call.key(),
                attempt,
                new Verifications.Described(call.path(), call.method()))
            .decision();
    tracing.decided("authorize", request, began, decision, attempt.callId());
    KeySnapshot key = decision.key();
    if (key != null) {
      LimitHeaders.set(response, key.presentLimits(), decision.allowance(), time.told());
    }
    if (key == null || decision.code() != DecisionCode.VALID) {
      throw KeyAuthentication.refusal(decision, time.told());
    }
    if (attempt.callId() > 0) {
      response.setHeader("X-Decision-Id", CallIds.decisionId(attempt.callId(), key.id()));
    }
    response.setHeader("X-Key-Id", "key-" + key.id());
    response.setHeader("X-Key-Owner", key.owner());
    response.setHeader("X-Key-Organization", Long.toString(key.organizationId()));
    response.setHeader("X-Key-Scopes", key.scopeNames());
    response.setStatus(HttpServletResponse.SC_OK);
    response.setContentLength(0);
  }
}
