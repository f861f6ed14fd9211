package org.apikeys.limit;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a call came to, told afterwards.
 *
 * @param callId the call that was decided about here; 0 for one that was not
 * @param bytesIn null when unknown
 * @param bytesOut null when unknown
 * @param meters what it used of other resources
 */
public record Spent(
    long callId, @Nullable Long bytesIn, @Nullable Long bytesOut, Map<String, Long> meters) {
  private static final long MOST = 1L << 50;

  public Spent {
    meters = Map.copyOf(meters);
  }

  static long bounded(@Nullable Long amount) {
    return amount == null ? 0 : Math.max(0, Math.min(MOST, amount));
  }
}
