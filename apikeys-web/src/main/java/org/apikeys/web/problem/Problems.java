package org.apikeys.web.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.store.Json;
import org.apikeys.web.http.RequestContext;

/** Writes problems: the one mapping from what is wrong to an answer. */
public final class Problems {
  /** RFC 9457. */
  public static final String MEDIA_TYPE = "application/problem+json";

  private static final System.Logger LOG = System.getLogger(Problems.class.getName());
  private static final int UNAUTHORIZED = 401;

  /** The forms of dialects; found once. */
  private static final List<ErrorEnvelope> ENVELOPES =
      ServiceLoader.load(ErrorEnvelope.class, Problems.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .toList();

  private Problems() {}

  /** What a failure is to the caller; an unknown one is told to the log under the request's id. */
  public static ProblemException of(HttpServletRequest request, Throwable failure) {
    ProblemException problem = Translation.of(failure);
    if (problem.type() == ProblemType.INTERNAL_ERROR) {
      LOG.log(
          System.Logger.Level.ERROR, "Request " + RequestContext.id(request) + " failed", failure);
    }
    return problem;
  }

  /** The body of the answer. */
  static byte[] body(HttpServletRequest request, ProblemException problem) {
    Object body =
        envelope(request)
            .<Object>map(envelope -> envelope.body(problem))
            .orElseGet(
                () ->
                    ProblemBody.of(
                        problem,
                        request.getContextPath(),
                        path(request),
                        RequestContext.id(request)));
    try {
      return Json.MAPPER.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a problem can't be written", e);
    }
  }

  /** What the body of the answer is. */
  static String mediaType(HttpServletRequest request) {
    return envelope(request).isPresent() ? MediaType.APPLICATION_JSON : MEDIA_TYPE;
  }

  private static Optional<ErrorEnvelope> envelope(HttpServletRequest request) {
    String path = path(request).substring(request.getContextPath().length());
    return ENVELOPES.stream().filter(envelope -> envelope.isOf(path)).findFirst();
  }

  /** The headers of the answer beyond those that every answer has. */
  static Map<String, String> headers(ProblemException problem) {
    Map<String, String> headers = new TreeMap<>();
    if (problem.status() == UNAUTHORIZED) {
      headers.put("WWW-Authenticate", "Bearer realm=\"apikeys\"");
    }
    problem
        .retryAfter()
        .ifPresent(
            wait ->
                headers.put(
                    "Retry-After", Long.toString(Math.max(1, wait.plusMillis(999).toSeconds()))));
    headers.put("Cache-Control", "no-store");
    return headers;
  }

  /** Answers with the problem. */
  public static void write(
      HttpServletRequest request, HttpServletResponse response, ProblemException problem)
      throws IOException {
    RequestContext.begin(request, response);
    byte[] body = body(request, problem);
    response.setStatus(problem.status());
    headers(problem).forEach(response::setHeader);
    response.setContentType(mediaType(request));
    response.setContentLength(body.length);
    RequestContext.setBytesOut(request, body.length);
    if (!"HEAD".equals(request.getMethod())) {
      response.getOutputStream().write(body);
    }
  }

  /** The path alone: a query may hold a key. */
  private static String path(HttpServletRequest request) {
    Object forwarded = request.getAttribute("jakarta.servlet.error.request_uri");
    return forwarded instanceof String uri ? uri : request.getRequestURI();
  }
}
