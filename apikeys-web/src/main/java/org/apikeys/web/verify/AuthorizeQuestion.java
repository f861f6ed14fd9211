package org.apikeys.web.verify;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.apikeys.api.permission.ResourcePattern;
import org.apikeys.api.permission.ScopeExpression;
import org.apikeys.api.permission.ScopeExpressionException;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.hot.Printable;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy asks in the query of {@code /api/v1/authorize}. A question that was read as a lesser
 * one would let calls through: what is no expression is refused, and so is a slip in the name of
 * the parameter. Other parameters are the client's own, which some proxies pass on, and so is a
 * resource where no scope is asked for.
 */
final class AuthorizeQuestion {
  private static final String SCOPE = "scope";
  private static final String RESOURCE = "resource";
  private static final int LONGEST_NAME = 50;

  private AuthorizeQuestion() {}

  /** The scopes that are needed: every {@code scope} is an expression of its own, and all count. */
  static @Nullable ScopeExpression needed(@Nullable String question) {
    if (question == null) {
      return null;
    }
    ScopeExpression needed = null;
    for (String pair : question.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      if (name.equals(SCOPE)) {
        ScopeExpression one = expression(equals < 0 ? "" : decoded(pair.substring(equals + 1)));
        needed = needed == null ? one : both(needed, one);
      } else if (name.regionMatches(true, 0, SCOPE, 0, SCOPE.length())) {
        String shown = Printable.of(name.substring(0, Math.min(LONGEST_NAME, name.length())));
        throw ProblemException.invalid(shown, "is no parameter here; say scope");
      }
    }
    return needed;
  }

  /**
   * What the call is about, which the needed scopes have to be granted on. A second one is refused:
   * a client's own beside the proxy's would have its grants on one thing count for another. The
   * name is looked for as it is written: encoded it is no parameter, and grants on resources do not
   * count.
   */
  static @Nullable ResourcePattern resource(@Nullable String question) {
    if (question == null || !question.contains(RESOURCE)) {
      return null;
    }
    String found = null;
    for (String pair : question.split("&", -1)) {
      int equals = pair.indexOf('=');
      if ((equals < 0 ? pair : pair.substring(0, equals)).equals(RESOURCE)) {
        if (found != null) {
          throw ProblemException.invalid(RESOURCE, "is given more than once");
        }
        found = equals < 0 ? "" : decoded(pair.substring(equals + 1));
      }
    }
    if (found != null && found.length() > VerifyRequest.LONGEST_RESOURCE) {
      throw ProblemException.invalid(
          RESOURCE, "is a text of at most " + VerifyRequest.LONGEST_RESOURCE + " characters");
    }
    return VerifyRequest.resource(found);
  }

  private static ScopeExpression expression(String text) {
    if (text.isBlank()) {
      throw ProblemException.invalid(
          SCOPE, "is empty; name what the call needs, or leave it out where any key will do");
    }
    try {
      return NeededScopes.expression(text);
    } catch (ScopeExpressionException e) {
      throw ProblemException.invalid(SCOPE, String.valueOf(e.getMessage()));
    }
  }

  private static ScopeExpression both(ScopeExpression one, ScopeExpression other) {
    try {
      return one.and(other);
    } catch (ScopeExpressionException e) {
      throw ProblemException.invalid(SCOPE, String.valueOf(e.getMessage()));
    }
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
