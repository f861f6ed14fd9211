package org.apikeys.client.security;

import jakarta.security.enterprise.SecurityContext;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apikeys.api.permission.ScopeExpression;

/** Holds callers to what methods require. */
final class Scopes {
  /** As many as an application has annotations. */
  private static final Map<String, ScopeExpression> PARSED = new ConcurrentHashMap<>();

  /** As many as an application has methods that are guarded. */
  private static final Map<Place, Optional<RequiresScope>> FOUND = new ConcurrentHashMap<>();

  private Scopes() {}

  /** A method, of the class that it is called on: it may have inherited it. */
  private record Place(Method method, Class<?> type) {
    /** What stands nearest: on the method, on the classes that have it, on what it overrides. */
    Optional<RequiresScope> find() {
      List<Class<?>> classes =
          Stream.<Class<?>>iterate(type, Objects::nonNull, Class::getSuperclass).toList();
      int declaring = Math.max(0, classes.indexOf(method.getDeclaringClass()));
      Stream<RequiresScope> own =
          Stream.concat(
              Stream.ofNullable(method.getAnnotation(RequiresScope.class)),
              classes.subList(0, declaring + 1).stream().flatMap(Place::onType));
      Stream<RequiresScope> above =
          Stream.concat(
                  classes.subList(declaring + 1, classes.size()).stream(),
                  classes.stream().flatMap(Place::interfaces))
              .flatMap(each -> Stream.concat(onOverridden(each), onType(each)));
      return Stream.concat(own, above).findFirst();
    }

    private Stream<RequiresScope> onOverridden(Class<?> above) {
      return Arrays.stream(above.getDeclaredMethods())
          .filter(other -> signatures().anyMatch(one -> isOf(other, one)))
          .flatMap(other -> Stream.ofNullable(other.getAnnotation(RequiresScope.class)));
    }

    /** Its parameters, and those of the bridges by which it overrides what is generic. */
    private Stream<Class<?>[]> signatures() {
      return Stream.concat(
          Stream.<Class<?>[]>of(method.getParameterTypes()),
          Arrays.stream(method.getDeclaringClass().getDeclaredMethods())
              .filter(Method::isBridge)
              .filter(bridge -> bridge.getName().equals(method.getName()))
              .map(Method::getParameterTypes)
              .filter(this::leadsHere));
    }

    private boolean leadsHere(Class<?>[] bridged) {
      Class<?>[] own = method.getParameterTypes();
      boolean leads = own.length == bridged.length;
      for (int i = 0; leads && i < own.length; i++) {
        leads = bridged[i].isAssignableFrom(own[i]);
      }
      return leads;
    }

    private boolean isOf(Method other, Class<?>[] parameters) {
      return other.getName().equals(method.getName())
          && Arrays.equals(other.getParameterTypes(), parameters);
    }

    private static Stream<Class<?>> interfaces(Class<?> of) {
      return Arrays.stream(of.getInterfaces())
          .flatMap(each -> Stream.concat(Stream.of(each), interfaces(each)));
    }

    /** On the type itself, or on a stereotype that it has. */
    private static Stream<RequiresScope> onType(Class<?> type) {
      return Stream.concat(
          Stream.ofNullable(type.getDeclaredAnnotation(RequiresScope.class)),
          Arrays.stream(type.getDeclaredAnnotations())
              .map(Annotation::annotationType)
              .flatMap(each -> Stream.ofNullable(each.getAnnotation(RequiresScope.class))));
    }
  }

  /**
   * What a method requires: by its own annotation, else by that of the class that it is called on,
   * else by that of what it overrides or implements; empty for nothing.
   *
   * @param type of the object, which may have inherited the method
   */
  static Optional<RequiresScope> on(Method method, Class<?> type) {
    return FOUND.computeIfAbsent(new Place(method, type), Place::find);
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
