package org.apikeys.web.verify;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apikeys.web.access.HotPaths;

/** {@code POST /api/v1/api-keys/verify}: in front of the JAX-RS application, since it is hot. */
@WebServlet(HotPaths.VERIFY)
public class VerifyServlet extends HttpServlet {
  @Inject
  @SuppressWarnings("NullAway.Init") // the container sets it
  private transient VerifyAnswers answers;

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    answers.answer(request, response);
  }
}
