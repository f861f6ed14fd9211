package org.apikeys.web.http;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.apikeys.api.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a call without a body where one is needed. Without a body and without its type the
 * container asks no reader, and hands over null.
 */
@Provider
public class NeededBodies implements DynamicFeature {

  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    if (isNeeded(resource.getResourceMethod())) {
      context.register(Check.class);
    }
  }

  private static boolean isNeeded(Method method) {
    return Arrays.stream(method.getAnnotatedParameterTypes())
        .anyMatch(type -> type.getType() == JsonBody.class && !isNullable(type));
  }

  private static boolean isNullable(AnnotatedType type) {
    return type.isAnnotationPresent(Nullable.class);
  }

  /** Behind the check of the permission. */
  @Priority(Priorities.ENTITY_CODER)
  public static final class Check implements ContainerRequestFilter {
    @Override
    public void filter(ContainerRequestContext context) {
      if (!context.hasEntity()) {
        throw ProblemException.invalid("body", "is a JSON object");
      }
    }
  }
}
