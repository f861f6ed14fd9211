package org.apikeys.client.security;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.security.enterprise.SecurityContext;

/** Holds callers of beans and EJBs to their {@link RequiresScope}. */
@Interceptor
@RequiresScope("")
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 200)
public class RequiresScopeInterceptor {
  private final SecurityContext security;

  @Inject
  public RequiresScopeInterceptor(SecurityContext security) {
    this.security = security;
  }

  @AroundInvoke
  Object check(InvocationContext call) throws Exception {
    // the class of the object, not the one that declares the method: it may be inherited
    RequiresScope required =
        Scopes.on(call.getMethod(), call.getTarget().getClass())
            .orElseThrow(
                () ->
                    new IllegalStateException("no @RequiresScope is found on " + call.getMethod()));
    Scopes.require(security, required.value());
    return call.proceed();
  }
}
