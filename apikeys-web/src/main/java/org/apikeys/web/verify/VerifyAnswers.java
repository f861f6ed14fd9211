package org.apikeys.web.verify;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.hot.Direct;
import org.apikeys.limit.SteadyTime;
import org.apikeys.verify.Attempt;
import org.apikeys.verify.Verifier;
import org.apikeys.web.access.Callers;
import org.apikeys.web.access.Permissions;
import org.apikeys.web.http.RequestContext;

/** Answers {@code POST /api/v1/api-keys/verify}. */
@Direct
public class VerifyAnswers implements HotAnswers {
  private static final String JSON = "application/json";

  private final Verifications verifications;
  private final Guarded guarded;
  private final SteadyTime time;
  private final Tracing tracing;

  @Inject
  VerifyAnswers(Verifications verifications, Guarded guarded, SteadyTime time, Tracing tracing) {
    this.verifications = verifications;
    this.guarded = guarded;
    this.time = time;
    this.tracing = tracing;
  }

  @Override
  public void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    guarded.answer(request, response, () -> verify(request, response));
  }

  /** With or without parameters, and no other type that begins so. */
  private static boolean isJson(String type) {
    return type.regionMatches(true, 0, JSON, 0, JSON.length())
        && (type.length() == JSON.length() || "; \t".indexOf(type.charAt(JSON.length())) >= 0);
  }

  private void verify(HttpServletRequest request, HttpServletResponse response) throws IOException {
    if (!"POST".equals(request.getMethod())) {
      response.setHeader("Allow", "POST");
      throw new ProblemException(
          ProblemType.METHOD_NOT_ALLOWED, "A verification is a POST with a JSON body.");
    }
    long began = tracing.begin();
    Caller gateway = Permissions.require(Callers.of(request), ManagementScope.KEYS_VERIFY);
    String type = request.getContentType();
    if (type == null || !isJson(type)) {
      throw new ProblemException(
          ProblemType.UNSUPPORTED_MEDIA_TYPE, "Send the body with Content-Type: application/json.");
    }
    VerifyRequest asked = VerifyRequest.read(request.getInputStream());
    Attempt attempt =
        new Attempt(
            asked.needed(),
            asked.ip(),
            asked.referrer(),
            asked.environment(),
            asked.bytesIn(),
            asked.cost(),
            asked.explain() ? 0 : verifications.nextCall(),
            asked.resource(),
            asked.method(),
            asked.endpoint());
    AnswerBytes answer;
    if (asked.explain()) {
      Verifier.Explanation explanation = verifications.explain(gateway, asked.key(), attempt);
      answer = VerifyAnswer.of(explanation);
    } else {
      Verifications.Decided decided =
          verifications.decide(
              gateway,
              asked.key(),
              attempt,
              new Verifications.Described(asked.endpoint(), asked.method()));
      tracing.decided("verify", request, began, decided.decision(), decided.callId());
      answer =
          asked.lease() == 0 && !asked.terms()
              ? VerifyAnswer.of(decided.decision(), decided.callId())
              : VerifyAnswer.of(
                  decided.decision(),
                  decided.callId(),
                  verifications.lend(decided.decision(), asked.lease()),
                  asked.lease() > 0,
                  asked.terms(),
                  time.told());
    }
    response.setContentType(JSON);
    response.setContentLength(answer.length());
    RequestContext.setBytesOut(request, answer.length());
    answer.writeTo(response.getOutputStream());
  }
}
