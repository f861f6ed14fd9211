package org.apikeys.client.security;

import jakarta.security.enterprise.SecurityContext;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
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
    Optional<RequiresScope> find() {
      return types(type)
          .flatMap(each -> Arrays.stream(each.getDeclaredMethods()))
          .filter(this::isMeant)
          .flatMap(each -> Stream.ofNullable(each.getAnnotation(RequiresScope.class)))
          .findFirst()
          .or(() -> types(type).flatMap(Place::onType).findFirst());
    }

    /** Whether it is the method itself, or one that the method overrides or implements. */
    private boolean isMeant(Method other) {
      Class<?>[] own = method.getParameterTypes();
      Class<?>[] others = other.getParameterTypes();
      boolean same =
          method.equals(other)
              || (other.getName().equals(method.getName()) && own.length == others.length);
      for (int i = 0; same && i < own.length; i++) {
        same = others[i].isAssignableFrom(own[i]);
      }
      return same;
    }

    /** From the class upwards, and then its interfaces. */
    private static Stream<Class<?>> types(Class<?> from) {
      Stream<Class<?>> classes =
          Stream.iterate(from, Objects::nonNull, (Class<?> each) -> each.getSuperclass());
      return Stream.concat(
          classes,
          Stream.<Class<?>>iterate(from, Objects::nonNull, Class::getSuperclass)
              .flatMap(Place::interfaces));
    }

    private static Stream<Class<?>> interfaces(Class<?> of) {
      return Arrays.stream(of.getInterfaces())
          .flatMap(each -> Stream.concat(Stream.of(each), interfaces(each)));
    }

    /** On the type, or on a stereotype that it has. */
    private static Stream<RequiresScope> onType(Class<?> type) {
      return Stream.concat(
          Stream.ofNullable(type.getAnnotation(RequiresScope.class)),
          Arrays.stream(type.getAnnotations())
              .map(Annotation::annotationType)
              .flatMap(each -> Stream.ofNullable(each.getAnnotation(RequiresScope.class))));
    }
  }

  /**
   * What a method requires: by its own annotation or by that of a method that it overrides or
   * implements, else by that of the class that it is called on; empty for nothing.
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
