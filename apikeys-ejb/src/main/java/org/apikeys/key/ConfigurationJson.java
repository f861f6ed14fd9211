package org.apikeys.key;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/** A configuration rests as the JSON that the API speaks. */
@Converter
public class ConfigurationJson implements AttributeConverter<KeyConfiguration, String> {

  @Override
  public @Nullable String convertToDatabaseColumn(@Nullable KeyConfiguration configuration) {
    return configuration == null ? null : Json.write(configuration);
  }

  @Override
  public @Nullable KeyConfiguration convertToEntityAttribute(@Nullable String json) {
    return json == null ? null : Json.read(json, KeyConfiguration.class);
  }
}
