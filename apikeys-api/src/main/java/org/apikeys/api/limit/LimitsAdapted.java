package org.apikeys.api.limit;

/**
 * The limits of a key were tightened or loosened by a rule. Fired by the node that did it.
 *
 * @param organizationId whose key it is
 * @param percent of the configured limits that count from now on; 100 when they count whole again
 * @param before what counted until then
 * @param reason the signal of the rule: {@code error_rate}, {@code latency}, {@code volume} or
 *     {@code overload}
 */
public record LimitsAdapted(
    long keyId, long organizationId, int percent, int before, String reason) {
  private static final double WHOLE = 100;

  /** Whether less counts than before. */
  public boolean isTightened() {
    return percent < before;
  }

  /** By what the configured limits are multiplied from now on: above 0, at most 1. */
  public double factor() {
    return percent / WHOLE;
  }
}
