package org.apikeys.store;

import jakarta.enterprise.event.Event;
import java.lang.reflect.Proxy;
import java.util.Objects;

/** Events without a container: whoever is given them hears what is fired. */
public final class Told {
  private Told() {}

  /** Hears an event. */
  public interface Listener<T> {
    void hear(T event) throws Exception;
  }

  /** Events of which this listener hears. */
  @SuppressWarnings("unchecked")
  public static <T> Event<T> to(Listener<? super T> listener) {
    return (Event<T>)
        Proxy.newProxyInstance(
            Told.class.getClassLoader(),
            new Class<?>[] {Event.class},
            (self, method, arguments) -> {
              listener.hear((T) Objects.requireNonNull(arguments[0]));
              return null;
            });
  }
}
