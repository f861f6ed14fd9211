package org.apikeys.api.problem;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request that is broken or not allowed. The one exception that crosses features; it rolls the
 * transaction back and becomes an RFC 9457 answer. Its texts are shown to the caller, so they never
 * hold a secret, SQL or a class name.
 */
public class ProblemException extends RuntimeException {
  private final ProblemType type;
  private final String detail;
  private final transient List<FieldError> errors;
  private final @Nullable Duration retryAfter;
  private final int status;

  private ProblemException(
      ProblemType type,
      String detail,
      List<FieldError> errors,
      @Nullable Duration retryAfter,
      int status) {
    super(type.name() + ": " + detail);
    this.type = type;
    this.status = status;
    this.detail = detail;
    this.errors = List.copyOf(errors);
    this.retryAfter = retryAfter;
  }

  public ProblemException(ProblemType type, String detail) {
    this(type, detail, List.of(), null, type.status());
  }

  /** A request whose fields are wrong: {@link ProblemType#VALIDATION_FAILED}. */
  public static ProblemException invalid(List<FieldError> errors) {
    FieldError first = errors.get(0);
    String more = errors.size() > 1 ? " (and " + (errors.size() - 1) + " more)" : "";
    return new ProblemException(
        ProblemType.VALIDATION_FAILED,
        first.field() + ": " + first.message() + more,
        errors,
        null,
        ProblemType.VALIDATION_FAILED.status());
  }

  /** A request with one wrong field. */
  public static ProblemException invalid(String field, String message) {
    return invalid(List.of(new FieldError(field, message)));
  }

  /** A value that has to be unique, and is somebody's already. */
  public static ProblemException taken(String field, String detail) {
    return new ProblemException(
        ProblemType.CONFLICT,
        detail,
        List.of(new FieldError(field, "is taken")),
        null,
        ProblemType.CONFLICT.status());
  }

  /** Something that does not exist, or not for this caller. */
  public static ProblemException notFound(String what) {
    return new ProblemException(ProblemType.NOT_FOUND, "There is no such " + what + ".");
  }

  /** A refusal that ends by itself after a time, told in {@code Retry-After}. */
  public static ProblemException retryAfter(ProblemType type, String detail, Duration wait) {
    return new ProblemException(type, detail, List.of(), wait, type.status());
  }

  /** The same problem under another status, where a way in is bound to one. */
  public ProblemException withStatus(int other) {
    return new ProblemException(type, detail, errors(), retryAfter, other);
  }

  /** The HTTP status of the answer; the type's own but for {@link #withStatus}. */
  public int status() {
    return status;
  }

  public ProblemType type() {
    return type;
  }

  public String detail() {
    return detail;
  }

  public List<FieldError> errors() {
    return errors == null ? List.of() : errors;
  }

  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
