package org.apikeys.key;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Metadata are single values: text of at most 500 characters, whole numbers, true or false. */
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = MetadataEntries.Rule.class)
@interface MetadataEntries {
  String message() default
      "holds only text of at most 500 characters, whole numbers up to 2^53, true or false";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** The rule. */
  class Rule implements ConstraintValidator<MetadataEntries, Map<String, Object>> {
    private static final int LONGEST = 500;
    private static final long LARGEST = 1L << 53;

    @Override
    public boolean isValid(
        @Nullable Map<String, Object> metadata, ConstraintValidatorContext context) {
      return metadata == null || metadata.values().stream().allMatch(Rule::isSingle);
    }

    private static boolean isSingle(@Nullable Object value) {
      if (value instanceof String text) {
        return text.length() <= LONGEST;
      }
      if (value instanceof Integer || value instanceof Long) {
        return Math.abs(((Number) value).longValue()) <= LARGEST;
      }
      return value instanceof Boolean;
    }
  }
}
