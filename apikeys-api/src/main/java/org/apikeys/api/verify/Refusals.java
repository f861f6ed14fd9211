package org.apikeys.api.verify;

import java.time.Duration;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;

/** What a denied decision is to the caller whose key it is: the same wherever it is answered. */
public final class Refusals {
  private Refusals() {}

  /**
   * The problem to answer with.
   *
   * @param code of the denial
   * @param waitSeconds after how long another try is worth it; 0 when it never is, or nobody knows
   * @param addition what else is to be said of a limit; empty for nothing
   */
  public static ProblemException of(DecisionCode code, long waitSeconds, String addition) {
    return switch (code) {
      case VALID -> throw new IllegalArgumentException("granted");
      case NOT_FOUND, MALFORMED -> unauthenticated("This is not one of our keys.");
      case REVOKED -> unauthenticated("This key was revoked.");
      case EXPIRED -> unauthenticated("This key has expired; its owner can renew or rotate it.");
      case NOT_YET_VALID -> unauthenticated("This key does not work yet.");
      case KEY_INACTIVE ->
          new ProblemException(
              ProblemType.KEY_INACTIVE, "This key, or the person who owns it, is deactivated.");
      case IP_NOT_ALLOWED ->
          new ProblemException(
              ProblemType.IP_NOT_ALLOWED, "This key may not be used from your address.");
      case REFERRER_NOT_ALLOWED ->
          new ProblemException(
              ProblemType.REFERRER_NOT_ALLOWED, "This key may not be used from this page.");
      case ENVIRONMENT_MISMATCH, INSUFFICIENT_SCOPE ->
          new ProblemException(
              ProblemType.INSUFFICIENT_SCOPE, "This key does not hold what the call needs.");
      case PAYLOAD_TOO_LARGE ->
          new ProblemException(
              ProblemType.PAYLOAD_TOO_LARGE, "The payload is larger than this key may send.");
      case RATE_LIMITED,
          CONCURRENCY_EXCEEDED,
          BANDWIDTH_EXCEEDED,
          QUOTA_EXCEEDED,
          CREDITS_EXHAUSTED ->
          tooMany(ProblemType.valueOf(code.name()), waitSeconds, addition);
    };
  }

  private static ProblemException unauthenticated(String detail) {
    return new ProblemException(ProblemType.UNAUTHENTICATED, detail);
  }

  private static ProblemException tooMany(ProblemType type, long waitSeconds, String addition) {
    if (type == ProblemType.CREDITS_EXHAUSTED && waitSeconds == 0) {
      return new ProblemException(
          type, "The credits of this key are used up, and nothing fills them up by itself.");
    }
    if (type == ProblemType.QUOTA_EXCEEDED && waitSeconds == 0) {
      return new ProblemException(
          type, "A quota of this key is used up, and does not begin anew; ask for a larger one.");
    }
    long seconds = Math.max(1, waitSeconds);
    return ProblemException.retryAfter(
        type,
        "A limit of this key is reached; wait " + seconds + " s." + addition,
        Duration.ofSeconds(seconds));
  }
}
