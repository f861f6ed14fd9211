package org.apikeys.web.verify;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apikeys.web.access.HotPaths;

/** {@code /api/v1/authorize}: a proxy asks about the call that it holds in its hands. */
@WebServlet(HotPaths.AUTHORIZE)
public class AuthorizeServlet extends HttpServlet {
  @Inject
  @SuppressWarnings("NullAway.Init") // the container sets it
  private transient AuthorizeAnswers answers;

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    answers.answer(request, response);
  }
}
