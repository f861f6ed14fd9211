package org.apikeys.api.verify;

/** Why a call was granted or denied. The order is the order of the checks. */
public enum DecisionCode {
  VALID(200),
  NOT_FOUND(401),
  MALFORMED(401),
  REVOKED(401),
  EXPIRED(401),
  NOT_YET_VALID(401),
  KEY_INACTIVE(403),
  ENVIRONMENT_MISMATCH(403),
  IP_NOT_ALLOWED(403),
  REFERRER_NOT_ALLOWED(403),
  INSUFFICIENT_SCOPE(403),
  PAYLOAD_TOO_LARGE(413),
  RATE_LIMITED(429),
  CONCURRENCY_EXCEEDED(429),
  BANDWIDTH_EXCEEDED(429),
  QUOTA_EXCEEDED(429),
  CREDITS_EXHAUSTED(429);

  private final int status;

  DecisionCode(int status) {
    this.status = status;
  }

  /** The HTTP status that a gateway would answer its own caller with. */
  public int status() {
    return status;
  }
}
