package org.apikeys.restriction;

import jakarta.validation.ConstraintValidatorContext;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Turns the message of a parser into the message of a constraint. */
final class Reason {

  private Reason() {}

  /** Whether the parser takes the text; a null is left to {@code @NotNull}. */
  static boolean of(
      @Nullable String text, Consumer<String> parser, ConstraintValidatorContext context) {
    if (text == null) {
      return true;
    }
    try {
      parser.accept(text);
      return true;
    } catch (IllegalArgumentException e) {
      // A template is evaluated: the parsers' messages never quote what a client sent.
      context.disableDefaultConstraintViolation();
      context.buildConstraintViolationWithTemplate(e.getMessage()).addConstraintViolation();
      return false;
    }
  }
}
