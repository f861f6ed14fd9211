package org.apikeys.web.verify;

import org.apikeys.api.verify.DecisionCode;
import org.jspecify.annotations.Nullable;

/** What each check says of its outcome, for people. */
final class Explanations {
  private Explanations() {}

  static String of(DecisionCode check, @Nullable Boolean passed) {
    if (passed == null) {
      return "not looked at, since there is no key";
    }
    return passed ? passed(check) : failed(check);
  }

  private static String passed(DecisionCode check) {
    return switch (check) {
      case MALFORMED -> "the key is well-formed and its checksum is right";
      case NOT_FOUND -> "the key is known here";
      case REVOKED -> "the key is not revoked";
      case EXPIRED -> "the key has not expired";
      case NOT_YET_VALID -> "the key works already";
      case KEY_INACTIVE -> "the key and its owner are active";
      case ENVIRONMENT_MISMATCH -> "the environment is the key's";
      case IP_NOT_ALLOWED -> "the address is allowed";
      case REFERRER_NOT_ALLOWED -> "the referrer is allowed";
      case INSUFFICIENT_SCOPE -> "the needed scopes are held";
      case PAYLOAD_TOO_LARGE -> "the payload is small enough";
      case RATE_LIMITED -> "every window has calls left";
      case CONCURRENCY_EXCEEDED -> "another call may be open";
      case BANDWIDTH_EXCEEDED -> "the bandwidth is not used up";
      case QUOTA_EXCEEDED -> "no resource quota is used up";
      case CREDITS_EXHAUSTED -> "the credits pay for the call, or it costs none";
      default -> "passed";
    };
  }

  private static String failed(DecisionCode check) {
    return switch (check) {
      case MALFORMED -> "the text is no key: mistyped, cut, or made up";
      case NOT_FOUND -> "no key of this organization";
      case REVOKED -> "the key was revoked, for good";
      case EXPIRED -> "the key, or this generation of it, has expired";
      case NOT_YET_VALID -> "the key does not work yet";
      case KEY_INACTIVE -> "the key or its owner is deactivated";
      case ENVIRONMENT_MISMATCH -> "the key is for another environment";
      case IP_NOT_ALLOWED -> "the address is not allowed, or none was given";
      case REFERRER_NOT_ALLOWED -> "the referrer is not allowed, or none was given";
      case INSUFFICIENT_SCOPE -> "a needed scope is not held";
      case PAYLOAD_TOO_LARGE -> "the payload is larger than the key may send";
      case RATE_LIMITED -> "a window has no calls left";
      case CONCURRENCY_EXCEEDED -> "as many calls are open as may be";
      case BANDWIDTH_EXCEEDED -> "more was moved than the bandwidth allows";
      case QUOTA_EXCEEDED -> "a resource quota is used up";
      case CREDITS_EXHAUSTED -> "the credits do not pay for the call";
      default -> "failed";
    };
  }
}
