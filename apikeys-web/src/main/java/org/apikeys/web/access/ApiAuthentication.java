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
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apikeys.api.key.KeyFormat;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.setting.Settings;
import org.apikeys.web.http.RequestContext;
import org.apikeys.web.problem.Problems;

/**
 * The one authentication mechanism: it takes API keys itself, and hands tokens to the server's own
 * MicroProfile JWT mechanism. The management scopes that the caller holds become the roles that
 * {@code @RolesAllowed} names, for resources and for EJBs alike.
 */
@Alternative
@Priority(Interceptor.Priority.APPLICATION + 1_000)
@ApplicationScoped
public class ApiAuthentication implements HttpAuthenticationMechanism {
  private static final String API = "/api/";

  /** Where what is presented is not the caller's own credential, or none is needed. */
  private static final Set<String> OPEN =
      Set.of("/api/v1/auth/token", "/api/v1/auth/jwks", HotPaths.AUTHORIZE);

  /**
   * Payara logs every token that it refuses with a stack trace, which a flood would fill the disk
   * with; here refusals go to the audit log, counted. Held, since loggers are weakly held.
   */
  private static final Logger REFUSED_TOKENS =
      Logger.getLogger("fish.payara.microprofile.jwtauth.eesecurity.SignedJWTIdentityStore");

  private final BeanManager beans;
  private final KeyAuthentication keys;
  private final Callers callers;
  private final KeyFormat format;
  private final DeniedCalls denied;
  private final OwnCalls calls;
  private final Settings settings;

  @Inject
  public ApiAuthentication(
      BeanManager beans,
      KeyAuthentication keys,
      Callers callers,
      KeyFormat format,
      DeniedCalls denied,
      OwnCalls calls,
      Settings settings) {
    this.beans = beans;
    REFUSED_TOKENS.setLevel(Level.OFF);
    this.keys = keys;
    this.callers = callers;
    this.format = format;
    this.denied = denied;
    this.calls = calls;
    this.settings = settings;
  }

  @SuppressWarnings("NullAway")
  protected ApiAuthentication() {
    beans = null;
    keys = null;
    callers = null;
    format = null;
    denied = null;
    calls = null;
    settings = null;
  }

  @Override
  public AuthenticationStatus validateRequest(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context)
      throws AuthenticationException {
    RequestContext.begin(request, response);
    String path = request.getRequestURI().substring(request.getContextPath().length());
    if (!path.startsWith(API) || OPEN.contains(path)) {
      return context.doNothing();
    }
    try {
      Optional<Credentials> presented = Credentials.of(request, format, settings.queryParameter());
      if (presented.isEmpty()) {
        return context.doNothing();
      }
      if (presented.get().isKey()) {
        Caller caller = keys.authenticate(request, response, presented.get().value());
        Callers.set(request, caller);
        return HotPaths.contains(path)
            ? context.doNothing()
            : context.notifyContainerAboutLogin(caller.name(), caller.scopes());
      }
      return byToken(request, response, context);
    } catch (RuntimeException failure) {
      return refuse(request, response, Problems.of(request, failure));
    }
  }

  private AuthenticationStatus byToken(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context)
      throws AuthenticationException {
    TokenContext tokens = new TokenContext(context, callers, request);
    AuthenticationStatus status = serverMechanism().validateRequest(request, response, tokens);
    if (Callers.of(request) == null) {
      throw new ProblemException(
          ProblemType.UNAUTHENTICATED, "The token is not valid, or no longer; sign in again.");
    }
    return status;
  }

  /** The server's mechanism for MicroProfile JWT; found once the application is up. */
  private HttpAuthenticationMechanism serverMechanism() {
    Bean<?> bean =
        beans.getBeans(HttpAuthenticationMechanism.class, Any.Literal.INSTANCE).stream()
            .filter(found -> !ApiAuthentication.class.equals(found.getBeanClass()))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("the server has no MP-JWT mechanism"));
    return (HttpAuthenticationMechanism)
        beans.getReference(
            bean, HttpAuthenticationMechanism.class, beans.createCreationalContext(bean));
  }

  private AuthenticationStatus refuse(
      HttpServletRequest request, HttpServletResponse response, ProblemException problem)
      throws AuthenticationException {
    denied.note(request, problem);
    try {
      Problems.write(request, response, problem);
    } catch (IOException e) {
      throw new AuthenticationException("the refusal can't be written", e);
    }
    calls.end(request, response);
    return AuthenticationStatus.SEND_FAILURE;
  }
}
