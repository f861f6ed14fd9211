package org.apikeys.configuration;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Locale;
import org.apikeys.api.problem.FieldError;
import org.apikeys.crypto.Secret;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of one part of a document.
 *
 * @param place where it stands in the document: {@code permission_sets[2]}
 * @param name what it is called
 * @param field the field that is wrong; null when none is
 * @param detail what is wrong; null when nothing is
 * @param secret the secret that was made for it, shown this once; null when none was
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Restored(
    String place,
    @Nullable String name,
    String outcome,
    @Nullable String field,
    @Nullable String detail,
    @JsonIgnore @Nullable Secret secret) {

  /** What can become of a part. */
  enum Outcome {
    CREATED,
    UPDATED,
    UNCHANGED,
    REJECTED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Restored as(Outcome outcome, String place, @Nullable String name) {
    return new Restored(place, name, outcome.word(), null, null, null);
  }

  static Restored rejected(String place, @Nullable String name, FieldError error) {
    String field = error.field().isEmpty() ? place : place + "." + error.field();
    return new Restored(place, name, Outcome.REJECTED.word(), field, error.message(), null);
  }

  Restored with(Secret made) {
    return new Restored(place, name, outcome, field, detail, made);
  }

  /** Whether nothing can be done about it. */
  @JsonIgnore
  public boolean isRejected() {
    return outcome.equals(Outcome.REJECTED.word());
  }
}
