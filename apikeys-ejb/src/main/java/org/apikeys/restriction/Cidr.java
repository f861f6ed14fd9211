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
 * An IP address, or a network in CIDR notation without host bits: {@code 203.0.113.0/24}, {@code
 * 2001:db8::1}.
 */
@Documented
@Constraint(validatedBy = Cidr.Validator.class)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Cidr {
  String message() default "must be an IP address or a network";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Answers with the reason that {@link AddressRange#parse} gives. */
  final class Validator implements ConstraintValidator<Cidr, String> {
    @Override
    public boolean isValid(@Nullable String text, ConstraintValidatorContext context) {
      return Reason.of(text, AddressRange::parse, context);
    }
  }
}
