package org.apikeys.api.problem;

import java.util.Objects;

/**
 * What is wrong with one field of a request.
 *
 * @param field path of the field as the client spelled it, for example {@code
 *     restrictions.ip.allow[2]}
 * @param message what is wrong and what would be right; never the value of a secret
 */
public record FieldError(String field, String message) {
  public FieldError {
    Objects.requireNonNull(field);
    Objects.requireNonNull(message);
  }
}
