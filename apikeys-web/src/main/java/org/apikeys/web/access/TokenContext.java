package org.apikeys.web.access;

import jakarta.json.JsonNumber;
import jakarta.json.JsonString;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContextWrapper;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apikeys.api.tenant.Caller;
import org.apikeys.tenant.SignIn;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/**
 * Listens when the server's mechanism has verified a token, and tells the container what the caller
 * may do instead of what roles the token names. It never writes a refusal: that is ours to word.
 */
final class TokenContext extends HttpMessageContextWrapper {
  private final Callers callers;
  private final HttpServletRequest request;

  TokenContext(HttpMessageContext context, Callers callers, HttpServletRequest request) {
    super(context);
    this.callers = callers;
    this.request = request;
  }

  @Override
  public AuthenticationStatus notifyContainerAboutLogin(
      @Nullable Principal principal, @Nullable Set<String> groups) {
    if (!(principal instanceof JsonWebToken token)) {
      return AuthenticationStatus.SEND_FAILURE;
    }
    Set<String> roles = groups == null ? Set.of() : groups;
    boolean own = SignIn.ISSUER.equals(token.getIssuer());
    if (own) {
      Callers.setSignIn(request, token.getClaim("auth_time"));
    }
    Caller caller =
        own
            ? callers.ofPerson(request, token.getName())
            : callers.ofToken(request, token.getName(), roles, organization(token));
    Callers.set(request, caller);
    Callers.setEnd(request, TimeUnit.SECONDS.toMillis(token.getExpirationTime()));
    return super.notifyContainerAboutLogin(principal, caller.scopes());
  }

  @Override
  public AuthenticationStatus notifyContainerAboutLogin(
      @Nullable String username, @Nullable Set<String> groups) {
    return AuthenticationStatus.SEND_FAILURE;
  }

  @Override
  public AuthenticationStatus notifyContainerAboutLogin(CredentialValidationResult result) {
    return result.getStatus() == CredentialValidationResult.Status.VALID
        ? notifyContainerAboutLogin(result.getCallerPrincipal(), result.getCallerGroups())
        : AuthenticationStatus.SEND_FAILURE;
  }

  @Override
  public AuthenticationStatus responseUnauthorized() {
    return AuthenticationStatus.SEND_FAILURE;
  }

  /** The claim {@code org}: an organization's number; the default one when it is absent. */
  private static long organization(JsonWebToken token) {
    Object claim = token.getClaim("org");
    try {
      if (claim instanceof JsonNumber number) {
        return number.longValueExact();
      }
      if (claim instanceof Number number) {
        return number.longValue();
      }
      if (claim instanceof JsonString text) {
        return Long.parseLong(text.getString());
      }
      if (claim instanceof String text) {
        return Long.parseLong(text);
      }
    } catch (NumberFormatException | ArithmeticException e) {
      return NOWHERE;
    }
    return claim == null ? Caller.DEFAULT_ORGANIZATION : NOWHERE;
  }

  /** An organization that does not exist: what can't be read must not become the default one. */
  private static final long NOWHERE = -1;
}
