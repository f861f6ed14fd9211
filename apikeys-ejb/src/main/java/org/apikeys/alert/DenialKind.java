package org.apikeys.alert;

import java.util.Arrays;
import java.util.List;
import org.apikeys.api.verify.DecisionCode;

/** Kinds of denials that people should know apart. */
enum DenialKind {
  /** The key does not count. */
  FAILURE,
  /** The key may not make the call. */
  VIOLATION,
  /** The call was beyond a limit. */
  THROTTLE;

  static DenialKind of(DecisionCode code) {
    return switch (code) {
      case NOT_FOUND, MALFORMED, REVOKED, EXPIRED, NOT_YET_VALID, KEY_INACTIVE -> FAILURE;
      case ENVIRONMENT_MISMATCH,
          IP_NOT_ALLOWED,
          REFERRER_NOT_ALLOWED,
          INSUFFICIENT_SCOPE,
          PAYLOAD_TOO_LARGE ->
          VIOLATION;
      case RATE_LIMITED,
          CONCURRENCY_EXCEEDED,
          BANDWIDTH_EXCEEDED,
          QUOTA_EXCEEDED,
          CREDITS_EXHAUSTED ->
          THROTTLE;
      case VALID -> throw new IllegalArgumentException("a call that was allowed is no denial");
    };
  }

  List<DecisionCode> codes() {
    return Arrays.stream(DecisionCode.values())
        .filter(code -> code != DecisionCode.VALID && of(code) == this)
        .toList();
  }
}
