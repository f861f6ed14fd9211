package org.apikeys.check;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
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
              .map(wrong -> new FieldError(field(wrong), wrong.getMessage()))
              .sorted(Comparator.comparing(FieldError::field).thenComparing(FieldError::message))
              .limit(MOST_TOLD)
              .toList();
      throw ProblemException.invalid(errors);
    }
    return value;
  }

  private static String field(ConstraintViolation<?> violation) {
    String path = CONTAINER_STEP.matcher(violation.getPropertyPath().toString()).replaceAll("");
    return HUMP.matcher(path).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
  }
}
