package org.apikeys.api.limit;

/**
 * The limits of a key were tightened or loosened by a rule. Fired by the node that did it.
 *
 * @param percent of the configured limits that count from now on; 100 when they count whole again
 * @param before what counted until then
 * @param reason the signal of the rule: {@code error_rate}, {@code latency} or {@code volume}
 */
public record LimitsAdapted(long keyId, int percent, int before, String reason) {
  /** Whether less counts than before. */
  public boolean isTightened() {
    return percent < before;
  }
}
