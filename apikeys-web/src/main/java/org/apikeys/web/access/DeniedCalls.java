package org.apikeys.web.access;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Pattern;
import org.apikeys.api.audit.Action;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.Denials;
import org.apikeys.hot.Direct;
import org.jspecify.annotations.Nullable;

/** Takes management calls that were refused to the audit log. */
@Direct
public class DeniedCalls {
  private static final String NOTED = "org.apikeys.denial-noted";
  private static final int LONGEST_PATH = 150;

  /** A part of a path that is somebody's e-mail address, which no record keeps in clear. */
  private static final Pattern ADDRESS = Pattern.compile("[^/]+(?:@|%40)[^/]*");

  private final Denials denials;
  private final Origin origin;

  @Inject
  public DeniedCalls(Denials denials, Origin origin) {
    this.denials = denials;
    this.origin = origin;
  }

  /** Notes a refusal, once a request; sign-ins have records of their own. */
  public void note(HttpServletRequest request, ProblemException problem) {
    if (problem.type() == ProblemType.FORBIDDEN) {
      OwnCalls.forbid(request);
    }
    if (isDenial(problem)
        && request.getAttribute(NOTED) == null
        && !request.getRequestURI().endsWith("/auth/token")) {
      request.setAttribute(NOTED, true);
      Caller caller = Callers.of(request);
      note(caller == null ? origin.anonymous(request) : caller, request, problem.type().name());
    }
  }

  private void note(Caller caller, HttpServletRequest request, @Nullable String why) {
    String path = ADDRESS.matcher(request.getRequestURI()).replaceAll("{email}");
    String shown = path.length() > LONGEST_PATH ? path.substring(0, LONGEST_PATH) : path;
    denials.note(
        AuditEntry.of(caller, Action.ACCESS_DENIED)
            .on("endpoint", request.getMethod(), shown)
            .denied(why == null ? "" : why));
  }

  private static boolean isDenial(ProblemException problem) {
    return switch (problem.type()) {
      case UNAUTHENTICATED,
          FORBIDDEN,
          KEY_INACTIVE,
          IP_NOT_ALLOWED,
          REFERRER_NOT_ALLOWED,
          INSUFFICIENT_SCOPE,
          SELF_APPROVAL,
          LEGAL_HOLD,
          KEY_IN_URL,
          AMBIGUOUS_CREDENTIALS,
          RATE_LIMITED,
          CONCURRENCY_EXCEEDED,
          BANDWIDTH_EXCEEDED,
          QUOTA_EXCEEDED,
          CREDITS_EXHAUSTED ->
          true;
      default -> false;
    };
  }
}
