package org.apikeys.client.security;

import jakarta.enterprise.util.Nonbinding;
import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What the caller's key must hold for a method of a resource, a bean or an EJB: a scope, or an
 * expression such as {@code agents:read or agents:write}. On a class it is for all its methods, the
 * inherited ones too; one on a method counts in its place. On an interface it counts for the
 * resources of JAX-RS that implement it; beans and EJBs are guarded by what their classes say.
 * Nobody without a key may call.
 */
@Inherited
@InterceptorBinding
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface RequiresScope {
  @Nonbinding
  String value();
}
