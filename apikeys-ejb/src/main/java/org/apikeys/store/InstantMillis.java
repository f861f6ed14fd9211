package org.apikeys.store;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Instants rest as milliseconds since 1970 UTC: the same in both stores, whatever time zone the
 * server or the database thinks it is in.
 */
@Converter(autoApply = true)
public class InstantMillis implements AttributeConverter<Instant, Long> {

  @Override
  public @Nullable Long convertToDatabaseColumn(@Nullable Instant instant) {
    return instant == null ? null : instant.toEpochMilli();
  }

  @Override
  public @Nullable Instant convertToEntityAttribute(@Nullable Long millis) {
    return millis == null ? null : Instant.ofEpochMilli(millis);
  }
}
