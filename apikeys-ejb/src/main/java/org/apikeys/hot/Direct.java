package org.apikeys.hot;

import jakarta.enterprise.inject.Stereotype;
import jakarta.inject.Singleton;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A bean of which there is one, and which is injected itself. An application-scoped bean stands
 * behind a proxy, and each call through one costs as much as looking up a key: what is on the path
 * of a verification goes without. Two of these can't be made of each other.
 */
@Stereotype
@Singleton
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Direct {}
