package org.apikeys.web.verify;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.hot.Direct;
import org.apikeys.web.access.DeniedCalls;
import org.apikeys.web.problem.Problems;

/** Answers problems of the Servlets of the hot path as the JAX-RS application answers its own. */
@Direct
class Guarded {
  private final DeniedCalls denied;

  @Inject
  Guarded(DeniedCalls denied) {
    this.denied = denied;
  }

  /** Work that answers a request. */
  interface Work {
    void run() throws IOException;
  }

  void answer(HttpServletRequest request, HttpServletResponse response, Work work)
      throws IOException {
    try {
      work.run();
    } catch (IOException e) {
      throw e;
    } catch (RuntimeException e) {
      ProblemException problem = Problems.of(request, e);
      denied.note(request, problem);
      Problems.write(request, response, problem);
    }
  }
}
