package org.apikeys.limit;

import java.time.Duration;
import java.util.List;

/**
 * When the limits of a key are tightened.
 *
 * @param signal {@code error_rate}: share of its reported calls that the server failed (5xx);
 *     {@code latency}: their mean response time in seconds; {@code volume}: calls of the last
 *     minute in multiples of what is usual for the key; {@code overload}: share of this server's
 *     processors that is in use
 * @param above the value above which the rule acts
 * @param calls how many calls there must have been in the last minute
 * @param percent of what counts now that counts then
 * @param least percent of the configured limits that always stay
 * @param loosenAfter how long a step lasts before it is taken back, one by one
 */
record AdaptiveRule(
    String signal, double above, long calls, int percent, int least, Duration loosenAfter) {
  static final String ERROR_RATE = "error_rate";
  static final String LATENCY = "latency";
  static final String VOLUME = "volume";
  static final String OVERLOAD = "overload";

  AdaptiveRule {
    if (!List.of(ERROR_RATE, LATENCY, VOLUME, OVERLOAD).contains(signal)) {
      throw new IllegalArgumentException("signal is error_rate, latency, volume or overload");
    }
    if (!(above > 0) || calls < 1) {
      throw new IllegalArgumentException("above and calls are above zero");
    }
    if (percent < 1 || percent > 99 || least < 1 || least > 99) {
      throw new IllegalArgumentException("percent and least are 1 to 99");
    }
    if (loosenAfter == null || loosenAfter.toSeconds() < 1) {
      throw new IllegalArgumentException("loosen_after is at least PT1S");
    }
  }
}
