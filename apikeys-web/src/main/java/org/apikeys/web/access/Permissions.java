package org.apikeys.web.access;

import jakarta.annotation.Priority;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.jspecify.annotations.Nullable;

/** Holds each endpoint to the permission that it declares; one that declares none is closed. */
@Provider
public class Permissions implements DynamicFeature {
  @Context
  @SuppressWarnings("NullAway.Init") // the container sets it, to the request of each call
  HttpServletRequest request;

  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    Method method = resource.getResourceMethod();
    if (method.isAnnotationPresent(PermitAll.class)) {
      return;
    }
    RolesAllowed allowed = method.getAnnotation(RolesAllowed.class);
    context.register(new Guard(request, allowed == null ? new String[0] : allowed.value()));
  }

  /** What the server answers by itself, and no endpoint does: which methods a path takes. */
  private static boolean isQuestionForMethods(ContainerRequestContext context) {
    return context.getMethod().equals(HttpMethod.OPTIONS);
  }

  /**
   * Refuses who does not hold one of the scopes. In front of the server's own filter for the same
   * annotation, which would refuse without a word about what is missing.
   */
  @Priority(Priorities.AUTHORIZATION - 1)
  static final class Guard implements ContainerRequestFilter {
    private final HttpServletRequest request;
    private final String[] scopes;

    Guard(HttpServletRequest request, String[] scopes) {
      this.request = request;
      this.scopes = scopes.clone();
    }

    @Override
    public void filter(ContainerRequestContext context) {
      if (isQuestionForMethods(context)) {
        known(Callers.of(request));
      } else {
        require(Callers.of(request), scopes);
      }
    }
  }

  /** The caller, when they hold one of the scopes. */
  public static Caller require(@Nullable Caller caller, String... scopes) {
    Caller known = known(caller);
    if (Arrays.stream(scopes).noneMatch(known::holds)) {
      throw new ProblemException(
          ProblemType.FORBIDDEN,
          "This takes the management scope " + String.join(" or ", scopes) + ".");
    }
    return known;
  }

  private static Caller known(@Nullable Caller caller) {
    if (caller == null) {
      throw new ProblemException(
          ProblemType.UNAUTHENTICATED,
          "Present a token (Authorization: Bearer) or an API key (X-API-Key).");
    }
    return caller;
  }
}
