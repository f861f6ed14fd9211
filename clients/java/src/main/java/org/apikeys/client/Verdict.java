package org.apikeys.client;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was decided about a call.
 *
 * @param code why: a code of the server, {@code MALFORMED}, or {@code UNAVAILABLE} when nobody
 *     could decide
 * @param status what to answer one's own caller with: 200, 401, 403, 413, 429, or 503
 * @param key the key; null when it is not known
 * @param limit how it stands with its limits; null without limits
 * @param decisionId of the server; null when this was decided here
 * @param retryAfter seconds until another try is worth it; 0 when that is not known
 * @param document the server's answer as JSON, without what it lent; null when this was decided
 *     here
 */
public record Verdict(
    String code,
    int status,
    @Nullable VerifiedKey key,
    @Nullable RateLimit limit,
    @Nullable String decisionId,
    long retryAfter,
    @Nullable String document) {
  /**
   * The window that is nearest to its end of allowance.
   *
   * @param window its length, as an ISO 8601 duration
   * @param tightened that less counts now than what is configured; null when all of it does
   * @param all the limits of all windows
   */
  public record RateLimit(
      long limit,
      long remaining,
      Instant resetAt,
      String window,
      @Nullable Tightened tightened,
      List<Limit> all) {
    public RateLimit {
      all = List.copyOf(all);
    }

    RateLimit withRemaining(long calls) {
      return new RateLimit(limit, calls, resetAt, window, tightened, all);
    }
  }

  /**
   * A limit of one window.
   *
   * @param window its length, as an ISO 8601 duration
   */
  public record Limit(String window, long limit) {}

  /** By how much limits count now, and why. */
  public record Tightened(long percent, String reason) {}

  static final Verdict MALFORMED = new Verdict("MALFORMED", 401, null, null, null, 0, null);
  static final Verdict UNAVAILABLE = new Verdict("UNAVAILABLE", 503, null, null, null, 0, null);

  /** Whether the call may go on. */
  public boolean valid() {
    return status == 200;
  }
}
