package org.apikeys.web.engine;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.apikeys.hot.Direct;
import org.apikeys.web.access.Admission;
import org.apikeys.web.access.HotPaths;
import org.apikeys.web.access.OwnCalls;
import org.apikeys.web.problem.Problems;
import org.apikeys.web.verify.AuthorizeAnswers;
import org.apikeys.web.verify.HotAnswers;
import org.apikeys.web.verify.VerifyAnswers;

/**
 * What the container does for a request on a hot path, done without it: who calls is found out by
 * the same {@link Admission}, the same code answers, and the call is recorded.
 */
@Direct
public class HotCalls {
  private final Admission admission;
  private final OwnCalls calls;
  private final HotAnswers verify;
  private final HotAnswers authorize;

  @Inject
  public HotCalls(
      Admission admission, OwnCalls calls, VerifyAnswers verify, AuthorizeAnswers authorize) {
    this.admission = admission;
    this.calls = calls;
    this.verify = verify;
    this.authorize = authorize;
  }

  /** The paths within the application, and who answers each. */
  Map<String, HotAnswers> paths() {
    return Map.of(HotPaths.VERIFY, verify, HotPaths.AUTHORIZE, authorize);
  }

  /**
   * Answers a request.
   *
   * @return whether it was answered; a token is for the container, which checks it
   */
  boolean answer(HotAnswers answers, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      switch (admission.admit(request, response)) {
        case TOKEN -> {
          return false;
        }
        case NOBODY, KEY -> answers.answer(calls.counted(request), response);
        case REFUSED -> {
          // the answer is written
        }
      }
    } catch (Error failure) {
      // the engine's own page of an error tells more than it should
      Problems.write(request, response, Problems.of(request, failure));
    } finally {
      calls.end(request, response);
    }
    return true;
  }
}
