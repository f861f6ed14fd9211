package org.apikeys.request;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;

/**
 * The states of a request and the steps between them. A request begins as pending. Approved, it
 * waits for its claim, or takes effect and is fulfilled; every other end is final, too.
 */
public enum RequestStatus {
  PENDING,
  APPROVED,
  REJECTED,
  CANCELLED,
  EXPIRED,
  FULFILLED;

  /** The word in JSON. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Every word. */
  public static List<String> words() {
    return Arrays.stream(values()).map(RequestStatus::word).toList();
  }

  private Set<RequestStatus> next() {
    return switch (this) {
      case PENDING -> EnumSet.of(APPROVED, REJECTED, CANCELLED, EXPIRED, FULFILLED);
      case APPROVED -> EnumSet.of(FULFILLED, CANCELLED, EXPIRED);
      case REJECTED, CANCELLED, EXPIRED, FULFILLED -> EnumSet.noneOf(RequestStatus.class);
    };
  }

  /** Whether nothing can happen to it any more. */
  public boolean isFinal() {
    return next().isEmpty();
  }

  /** The state after a step; a step that does not exist is a conflict with its reason. */
  RequestStatus to(RequestStatus after) {
    if (!next().contains(after)) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "The request is " + word() + "; it can't become " + after.word() + ".");
    }
    return after;
  }
}
