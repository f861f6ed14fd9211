package org.apikeys.check;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import jakarta.validation.constraints.Size;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.apikeys.api.problem.FieldError;
import org.apikeys.api.problem.ProblemException;

/** Applies Bean Validation and turns what it finds into one problem that names every field. */
@ApplicationScoped
public class Check {
  private static final Pattern CONTAINER_STEP = Pattern.compile("\\.?<[a-z ]+>|<K>|<V>");
  private static final Pattern HUMP = Pattern.compile("([a-z0-9])([A-Z])");
  private static final int MOST_TOLD = 50;

  /** One of the stores counts so, and both keep the same. */
  private static final String UNITS =
      ", counted in UTF-16 units: an emoji and others beyond U+FFFF are two each";

  private final Validator validator;

  @Inject
  public Check(Validator validator) {
    this.validator = validator;
  }

  @SuppressWarnings("NullAway")
  protected Check() {
    validator = null;
  }

  /** Refuses a value that breaks a constraint of its type. */
  public <T> T valid(T value) {
    Set<ConstraintViolation<T>> violations = validator.validate(value);
    if (!violations.isEmpty()) {
      List<FieldError> errors =
          violations.stream()
              .map(wrong -> new FieldError(field(wrong), message(wrong)))
              .sorted(Comparator.comparing(FieldError::field).thenComparing(FieldError::message))
              .limit(MOST_TOLD)
              .toList();
      throw ProblemException.invalid(errors);
    }
    return value;
  }

  /** Says what is counted where that is not what people would count. */
  private static String message(ConstraintViolation<?> violation) {
    boolean isLength =
        violation.getConstraintDescriptor().getAnnotation() instanceof Size
            && violation.getInvalidValue() instanceof String text
            && text.codePoints().anyMatch(Character::isSupplementaryCodePoint);
    return isLength ? violation.getMessage() + UNITS : violation.getMessage();
  }

  private static String field(ConstraintViolation<?> violation) {
    String path = CONTAINER_STEP.matcher(violation.getPropertyPath().toString()).replaceAll("");
    return HUMP.matcher(path).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
  }
}
