package org.apikeys.web.engine;

import java.lang.reflect.Proxy;

/** Stands where the Servlet API wants something to wrap, and there is nothing. */
final class Nothing {
  private Nothing() {}

  /** An object that refuses every call. */
  static <T> T of(Class<T> type) {
    return type.cast(HELD.get(type));
  }

  private static final ClassValue<Object> HELD =
      new ClassValue<>() {
        @Override
        protected Object computeValue(Class<?> type) {
          return Proxy.newProxyInstance(
              Nothing.class.getClassLoader(),
              new Class<?>[] {type},
              (self, method, arguments) -> {
                throw new UnsupportedOperationException(
                    type.getSimpleName() + '.' + method.getName() + " takes a Servlet container");
              });
        }
      };
}
