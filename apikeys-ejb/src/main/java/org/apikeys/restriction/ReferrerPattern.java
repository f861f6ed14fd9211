package org.apikeys.restriction;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of pages: {@code https://app.example.com/path/*}. The scheme is {@code https}, {@code
 * http} or {@code *} for both; the host is a name, after {@code *.} any name below it but not the
 * name itself; a port only when it isn't the scheme's own; {@code *} may end the path, and without
 * a path every path matches.
 */
@Documented
@Constraint(validatedBy = ReferrerPattern.Validator.class)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
public @interface ReferrerPattern {
  String message() default "must be a pattern such as https://*.example.com/*";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Answers with the reason that {@link ReferrerRule#parse} gives. */
  final class Validator implements ConstraintValidator<ReferrerPattern, String> {
    @Override
    public boolean isValid(@Nullable String text, ConstraintValidatorContext context) {
      return Reason.of(text, ReferrerRule::parse, context);
    }
  }
}
