package org.apikeys.request;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/** Policies rest as the JSON that the API speaks. */
@Converter
public class PolicyDocumentJson implements AttributeConverter<PolicyDocument, String> {

  @Override
  public @Nullable String convertToDatabaseColumn(@Nullable PolicyDocument document) {
    return document == null ? null : Json.write(document);
  }

  @Override
  public @Nullable PolicyDocument convertToEntityAttribute(@Nullable String json) {
    return json == null ? null : Json.read(json, PolicyDocument.class);
  }
}
