package org.apikeys.web.attempt;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.enterprise.inject.spi.WithAnnotations;
import jakarta.ws.rs.Path;

/** Every resource of the API is {@link Attempted}, so that none can be forgotten. */
public class Resources implements Extension {
  <T> void attempt(@Observes @WithAnnotations(Path.class) ProcessAnnotatedType<T> type) {
    if (type.getAnnotatedType().isAnnotationPresent(Path.class)) {
      type.configureAnnotatedType().add(new Attempted.Literal());
    }
  }
}
