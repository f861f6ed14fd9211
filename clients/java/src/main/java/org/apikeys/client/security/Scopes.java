package org.apikeys.client.security;

import jakarta.security.enterprise.SecurityContext;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apikeys.api.permission.ScopeExpression;
import org.jspecify.annotations.Nullable;

/** Holds callers to what methods require. */
final class Scopes {
  /** As many as an application has annotations. */
  private static final Map<String, ScopeExpression> PARSED = new ConcurrentHashMap<>();

  private Scopes() {}

  /** What a method of a class requires; null for nothing. */
  static @Nullable RequiresScope on(Method method, Class<?> type) {
    RequiresScope own = method.getAnnotation(RequiresScope.class);
    return own == null ? type.getAnnotation(RequiresScope.class) : own;
  }

  /**
   * Requires that the caller's key holds it.
   *
   * @throws ScopeMissingException when it does not
   */
  static void require(SecurityContext security, String expression) {
    ScopeExpression needed = PARSED.computeIfAbsent(expression, ScopeExpression::parse);
    Set<ApiKeyPrincipal> keys = security.getPrincipalsByType(ApiKeyPrincipal.class);
    if (keys.isEmpty()) {
      throw new ScopeMissingException(true);
    }
    if (keys.stream().noneMatch(key -> key.holds(needed))) {
      throw new ScopeMissingException(false);
    }
  }
}
