package org.apikeys.web.http;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.web.access.OwnCalls;
import org.apikeys.web.problem.Problems;
import org.jspecify.annotations.Nullable;

/**
 * In front of everything: paths are taken literally, every answer has its headers, and a call that
 * was made with a key is recorded when its answer is known.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
public class RequestFilter extends HttpFilter {
  /** Escapes of a dot, of either slash and of NUL. */
  private static final List<String> REFUSED_ESCAPES = List.of("2e", "2f", "5c", "00");

  @Inject
  @SuppressWarnings("NullAway.Init") // the container sets it
  private transient OwnCalls calls;

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (RequestContext.isAnswered(request)) {
      // refused by the sign-in; not every container leaves it at that
      return;
    }
    RequestContext.begin(request, response);
    try {
      // a session's id in the path is taken out of it by the container before anyone sees it
      if (!isLiteral(request.getRequestURI()) || request.isRequestedSessionIdFromURL()) {
        Problems.write(
            request, response, ProblemException.notFound("path; paths are taken literally"));
      } else if (!ReadableTypes.isReadable(request.getContentType())) {
        Problems.write(
            request,
            response,
            new ProblemException(
                ProblemType.UNSUPPORTED_MEDIA_TYPE,
                "Send the body with Content-Type: application/json."));
      } else {
        chain.doFilter(calls.counted(request), response);
      }
    } finally {
      calls.end(request, response);
    }
  }

  private static boolean isLiteral(@Nullable String path) {
    if (path == null) {
      return false;
    }
    for (int i = 0; i < path.length(); i++) {
      boolean refused =
          switch (path.charAt(i)) {
            case ';', '\\' -> true;
            case '/' ->
                path.startsWith("/", i + 1)
                    || path.startsWith("./", i + 1)
                    || path.startsWith("../", i + 1);
            case '%' -> isRefusedEscape(path, i + 1);
            default -> false;
          };
      if (refused) {
        return false;
      }
    }
    return true;
  }

  private static boolean isRefusedEscape(String path, int start) {
    for (String digits : REFUSED_ESCAPES) {
      if (path.regionMatches(true, start, digits, 0, digits.length())) {
        return true;
      }
    }
    return false;
  }
}
