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
    RequiresScope required = Scopes.on(call.getMethod(), call.getMethod().getDeclaringClass());
    if (required != null) {
      Scopes.require(security, required.value());
    }
    return call.proceed();
  }
}
