package org.apikeys.web.problem;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.web.http.RequestContext;

/** Answers what goes wrong outside of the JAX-RS application: the container's error page. */
@WebServlet("/error")
public class ErrorServlet extends HttpServlet {
  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Object thrown = request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    if (Integer.valueOf(404).equals(status) && !RequestContext.hasBegun(request)) {
      // no filter has seen it: the container is still starting, and knows none of our paths yet
      status = 503;
    }
    RequestContext.begin(request, response);
    ProblemException problem =
        thrown instanceof Throwable failure
            ? Problems.of(request, failure)
            : Translation.ofStatus(status instanceof Integer code ? code : 404);
    if (problem == null) {
      problem = Problems.of(request, new IllegalStateException("status " + status));
    }
    Problems.write(request, response, problem);
  }
}
