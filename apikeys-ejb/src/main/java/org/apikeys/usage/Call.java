package org.apikeys.usage;

import org.apikeys.api.verify.DecisionCode;
import org.jspecify.annotations.Nullable;

/**
 * One call by a key.
 *
 * @param id number of the call, which is also its decision's; 0 when its details are not kept
 * @param code what was decided
 * @param statusCode the HTTP status that it ended with, as far as is known
 * @param responseMicros how long it took, in microseconds; null when unknown
 * @param timed whether that is the time of the whole call, and not only of the decision
 * @param madeAt milliseconds since 1970 UTC
 */
public record Call(
    long id,
    long keyId,
    long organizationId,
    int generation,
    DecisionCode code,
    @Nullable String endpoint,
    @Nullable String method,
    int statusCode,
    @Nullable Long responseMicros,
    boolean timed,
    @Nullable Long bytesIn,
    @Nullable Long bytesOut,
    @Nullable String ip,
    long madeAt) {
  private static final int FIRST_FAILURE = 400;

  /** Whether it was allowed. */
  boolean isAllowed() {
    return code == DecisionCode.VALID;
  }

  /** Whether it ended badly. */
  boolean isFailed() {
    return statusCode >= FIRST_FAILURE;
  }
}
