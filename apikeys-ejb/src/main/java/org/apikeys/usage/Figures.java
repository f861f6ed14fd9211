package org.apikeys.usage;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What calls came to in some time.
 *
 * @param requests all calls, allowed or denied
 * @param errors those that ended with a status from 400 on, denied ones among them
 * @param successRate percent of the calls that were no errors; 100 without calls
 * @param throughput calls a second
 * @param p50 seconds that half of the calls took at most; null when no time is known, like the
 *     others
 * @param average mean response time in seconds
 */
public record Figures(
    long requests,
    long denied,
    long errors,
    double successRate,
    double throughput,
    @Nullable Double p50,
    @Nullable Double p90,
    @Nullable Double p99,
    @Nullable Double average,
    long bytesIn,
    long bytesOut) {
  private static final double MICROS_A_SECOND = 1_000_000.0;

  static Figures of(Sums sums, Duration length) {
    long requests = Math.max(0, sums.requests);
    long errors = Math.min(requests, Math.max(0, sums.errors));
    return new Figures(
        requests,
        Math.max(0, sums.denied),
        errors,
        requests == 0 ? 100.0 : rounded(100.0 * (requests - errors) / requests, 100),
        rounded((double) requests / Math.max(1, length.toSeconds()), 10_000),
        sums.times().quantile(0.5),
        sums.times().quantile(0.9),
        sums.times().quantile(0.99),
        sums.timed <= 0 ? null : Math.round((double) sums.micros / sums.timed) / MICROS_A_SECOND,
        Math.max(0, sums.bytesIn),
        Math.max(0, sums.bytesOut));
  }

  static double rounded(double value, int parts) {
    return (double) Math.round(value * parts) / parts;
  }

  public long allowed() {
    return Math.max(0, requests - denied);
  }
}
