package org.apikeys.usage;

import java.util.Map;
import java.util.TreeMap;

/**
 * What calls have just come to.
 *
 * @param codes how many calls were decided with each code
 */
public record LiveCount(
    long requests, long denied, long errors, long bytesIn, long bytesOut, Map<String, Long> codes) {
  public static final LiveCount NOTHING = new LiveCount(0, 0, 0, 0, 0, Map.of());

  public LiveCount {
    codes = Map.copyOf(codes);
  }

  static LiveCount of(Cell cell, Sums sums) {
    return new LiveCount(
        sums.requests,
        sums.denied,
        sums.errors,
        sums.bytesIn,
        sums.bytesOut,
        Map.of(cell.code().name(), sums.requests));
  }

  /** Both together. */
  public LiveCount plus(LiveCount other) {
    Map<String, Long> both = new TreeMap<>(codes);
    other.codes.forEach((code, calls) -> both.merge(code, calls, Long::sum));
    return new LiveCount(
        requests + other.requests,
        denied + other.denied,
        errors + other.errors,
        bytesIn + other.bytesIn,
        bytesOut + other.bytesOut,
        both);
  }
}
