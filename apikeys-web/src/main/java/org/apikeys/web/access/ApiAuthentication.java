package org.apikeys.web.access;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;
import jakarta.security.enterprise.AuthenticationException;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.tenant.SignIn;
import org.apikeys.web.problem.Problems;
import org.jspecify.annotations.Nullable;

/**
 * The one authentication mechanism: it takes API keys itself, and hands tokens to the server's own
 * MicroProfile JWT mechanism. The management scopes that the caller holds become the roles that
 * {@code @RolesAllowed} names, for resources and for EJBs alike.
 */
@Alternative
@Priority(Interceptor.Priority.APPLICATION + 1_000)
@ApplicationScoped
public class ApiAuthentication implements HttpAuthenticationMechanism {
  /**
   * Payara logs every token that it refuses with a stack trace, which a flood would fill the disk
   * with; here refusals go to the audit log, counted. Held, since loggers are weakly held.
   */
  private static final Logger REFUSED_TOKENS =
      Logger.getLogger("fish.payara.microprofile.jwtauth.eesecurity.SignedJWTIdentityStore");

  private final BeanManager beans;
  private final Admission admission;
  private final Callers callers;
  private final SignIn signIn;

  @Inject
  public ApiAuthentication(BeanManager beans, Admission admission, Callers callers, SignIn signIn) {
    this.signIn = signIn;
    this.beans = beans;
    this.admission = admission;
    this.callers = callers;
    REFUSED_TOKENS.setLevel(Level.OFF);
  }

  @SuppressWarnings("NullAway")
  protected ApiAuthentication() {
    beans = null;
    admission = null;
    callers = null;
    signIn = null;
  }

  @Override
  public AuthenticationStatus validateRequest(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context)
      throws AuthenticationException {
    try {
      return switch (admission.admit(request, response)) {
        case NOBODY -> context.doNothing();
        case KEY -> byKey(request, context);
        case TOKEN -> byToken(request, response, context);
        case REFUSED -> AuthenticationStatus.SEND_FAILURE;
      };
    } catch (IOException e) {
      throw new AuthenticationException("the refusal can't be written", e);
    }
  }

  private static AuthenticationStatus byKey(
      HttpServletRequest request, HttpMessageContext context) {
    Caller caller = Objects.requireNonNull(Callers.of(request));
    return context.notifyContainerAboutLogin(caller.name(), caller.scopes());
  }

  private AuthenticationStatus byToken(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context)
      throws AuthenticationException, IOException {
    try {
      HttpAuthenticationMechanism server = serverMechanism();
      if (server == null) {
        return byOwnToken(request, context);
      }
      TokenContext tokens = new TokenContext(context, callers, request);
      AuthenticationStatus status = server.validateRequest(request, response, tokens);
      if (Callers.of(request) == null) {
        throw new ProblemException(
            ProblemType.UNAUTHENTICATED, "The token is not valid, or no longer; sign in again.");
      }
      return status;
    } catch (RuntimeException failure) {
      admission.refuse(request, response, Problems.of(request, failure));
      return AuthenticationStatus.SEND_FAILURE;
    }
  }

  /** On a server that has no such mechanism the built-in issuer's tokens are the only ones. */
  private AuthenticationStatus byOwnToken(HttpServletRequest request, HttpMessageContext context) {
    SignIn.Session session =
        signIn
            .session(Credentials.token(request))
            .orElseThrow(
                () ->
                    new ProblemException(
                        ProblemType.UNAUTHENTICATED,
                        "The token is not valid, or no longer; sign in again."));
    Callers.setSignIn(request, session.signedInAt().getEpochSecond());
    Caller caller = callers.ofPerson(request, session.username());
    Callers.set(request, caller);
    Callers.setEnd(request, session.end().toEpochMilli());
    return context.notifyContainerAboutLogin(caller.name(), caller.scopes());
  }

  /**
   * The server's mechanism for MicroProfile JWT, found once the application is up; null without.
   */
  private @Nullable HttpAuthenticationMechanism serverMechanism() {
    Bean<?> bean =
        beans.getBeans(HttpAuthenticationMechanism.class, Any.Literal.INSTANCE).stream()
            .filter(found -> !ApiAuthentication.class.equals(found.getBeanClass()))
            .findFirst()
            .orElse(null);
    return bean == null
        ? null
        : (HttpAuthenticationMechanism)
            beans.getReference(
                bean, HttpAuthenticationMechanism.class, beans.createCreationalContext(bean));
  }
}
