package org.apikeys.client.security;

import jakarta.annotation.Priority;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.security.enterprise.SecurityContext;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Provider;
import org.apikeys.api.permission.ScopeExpression;

/**
 * Holds callers of JAX-RS resources to their {@link RequiresScope}, also where the resource is no
 * bean that an interceptor would see. An expression that can't be read stops the deployment.
 */
@Provider
public class RequiresScopeFeature implements DynamicFeature {
  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    Scopes.on(resource.getResourceMethod(), resource.getResourceClass())
        .ifPresent(
            required -> {
              ScopeExpression.parse(required.value());
              context.register(new Check(required.value()), Priorities.AUTHORIZATION);
            });
  }

  @Priority(Priorities.AUTHORIZATION)
  private record Check(String expression) implements ContainerRequestFilter {
    @Override
    public void filter(ContainerRequestContext request) {
      Scopes.require(CDI.current().select(SecurityContext.class).get(), expression);
    }
  }
}
