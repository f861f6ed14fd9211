package org.apikeys.web.problem;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;

/** Shows the page of each problem, to which the {@code type} of an answer leads. */
@WebServlet("/problems/*")
public class ProblemPagesServlet extends HttpServlet {

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String name = request.getPathInfo() == null ? "" : request.getPathInfo().substring(1);
    boolean known = Arrays.stream(ProblemType.values()).anyMatch(type -> type.name().equals(name));
    try (InputStream page =
        known
            ? getServletContext().getResourceAsStream("/WEB-INF/problems/" + name + ".md")
            : null) {
      if (page == null) {
        Problems.write(request, response, ProblemException.notFound("problem page"));
        return;
      }
      response.setContentType("text/plain;charset=UTF-8");
      page.transferTo(response.getOutputStream());
    }
  }
}
