package org.apikeys.web.problem;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.web.http.RequestContext;

/** Answers what goes wrong outside of the JAX-RS application: the container's error page. */
@WebServlet("/error")
public class ErrorServlet extends HttpServlet {
  private static final System.Logger LOG = System.getLogger(ErrorServlet.class.getName());

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    RequestContext.begin(request, response);
    Object thrown = request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    ProblemException problem;
    if (thrown instanceof Throwable failure) {
      problem = Translation.of(failure);
      if (problem.type() == ProblemType.INTERNAL_ERROR) {
        LOG.log(
            System.Logger.Level.ERROR,
            "Request " + RequestContext.id(request) + " failed",
            failure);
      }
    } else {
      problem = Translation.ofStatus(status instanceof Integer code ? code : 404);
    }
    if (problem == null) {
      problem = Translation.of(new IllegalStateException("status " + status));
    }
    Problems.write(request, response, problem);
  }
}
