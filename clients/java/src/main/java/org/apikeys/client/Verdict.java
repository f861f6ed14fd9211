package org.apikeys.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was decided about a call.
 *
 * @param code why: a code of the server, {@code MALFORMED}, or {@code UNAVAILABLE} when nobody
 *     could decide
 * @param status what to answer one's own caller with: 200, 401, 403, 413, 429, or 503
 * @param key the key; null when it is not known
 * @param limit how it stood with its limits when the server was last asked; null without limits
 * @param decisionId of the server; null when this was decided here
 */
public record Verdict(
    String code,
    int status,
    @Nullable VerifiedKey key,
    @Nullable RateLimit limit,
    @Nullable String decisionId) {
  /** The window that is nearest to its end of allowance. */
  public record RateLimit(long limit, long remaining, Instant resetAt) {}

  static final Verdict MALFORMED = new Verdict("MALFORMED", 401, null, null, null);
  static final Verdict UNAVAILABLE = new Verdict("UNAVAILABLE", 503, null, null, null);

  /** Whether the call may go on. */
  public boolean valid() {
    return status == 200;
  }
}
