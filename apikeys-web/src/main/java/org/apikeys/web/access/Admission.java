package org.apikeys.web.access;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.apikeys.api.key.KeyFormat;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.hot.Direct;
import org.apikeys.setting.Settings;
import org.apikeys.setting.Settings.QueryParameter;
import org.apikeys.web.http.RequestContext;
import org.apikeys.web.problem.Problems;

/** Looks at what a request presents, and takes API keys: for every way into the application. */
@Direct
public class Admission {
  private static final String API = "/api/";

  /** Where what is presented is not the caller's own credential, or none is needed. */
  private static final Set<String> OPEN =
      Set.of(
          "/api/v1/auth/token",
          "/api/v1/auth/jwks",
          "/api/v1/leaks",
          "/api/v1/leaks/pattern",
          HotPaths.AUTHORIZE);

  private final KeyAuthentication keys;
  private final KeyFormat format;
  private final DeniedCalls denied;
  private final OwnCalls calls;
  private final QueryParameter taken;
  private final KeysInUrls leaks;
  private final Origin origin;

  @Inject
  Admission(
      KeyAuthentication keys,
      KeyFormat format,
      DeniedCalls denied,
      OwnCalls calls,
      Settings settings,
      KeysInUrls leaks,
      Origin origin) {
    this.leaks = leaks;
    this.origin = origin;
    this.keys = keys;
    this.format = format;
    this.denied = denied;
    this.calls = calls;
    taken = settings.queryParameter();
  }

  /** What a request has come to before anyone else sees it. */
  public enum Outcome {
    /** Nothing is presented, or nothing is asked for here. */
    NOBODY,
    /** A key that counts: its caller is known. */
    KEY,
    /** A token, which the server's own mechanism has to look at. */
    TOKEN,
    /** A credential that does not count: the answer is written. */
    REFUSED
  }

  /** Looks at what a request presents. */
  public Outcome admit(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    RequestContext.begin(request, response);
    String path = path(request);
    if (!path.startsWith(API) || OPEN.contains(path)) {
      return Outcome.NOBODY;
    }
    try {
      Optional<Credentials> presented = Credentials.of(request, format, taken);
      if (presented.isEmpty()) {
        return Outcome.NOBODY;
      }
      if (!presented.get().isKey()) {
        return Outcome.TOKEN;
      }
      Callers.set(request, keys.authenticate(request, response, presented.get().value()));
      return Outcome.KEY;
    } catch (RuntimeException failure) {
      if (failure instanceof ProblemException problem && problem.type() == ProblemType.KEY_IN_URL) {
        leaks.note(request.getQueryString(), origin.address(request));
      }
      refuse(request, response, Problems.of(request, failure));
      return Outcome.REFUSED;
    }
  }

  /** Answers with the problem, and notes the denial. */
  void refuse(HttpServletRequest request, HttpServletResponse response, ProblemException problem)
      throws IOException {
    denied.note(request, problem);
    Problems.write(request, response, problem);
    RequestContext.setAnswered(request);
    calls.end(request, response);
  }

  /** The path within the application. */
  static String path(HttpServletRequest request) {
    return request.getRequestURI().substring(request.getContextPath().length());
  }
}
