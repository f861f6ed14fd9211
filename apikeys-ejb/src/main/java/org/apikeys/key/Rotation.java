package org.apikeys.key;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How often a key's secret is to be exchanged.
 *
 * @param every ISO 8601 duration, for example {@code P90D}
 * @param overlap how long the old secret goes on working, for example {@code P7D}; 90 days at most,
 *     and no longer than {@code every}; null for a day, or for {@code every} where that is shorter
 */
public record Rotation(
    @NotNull(message = "is required")
        @Pattern(regexp = Rotation.DAYS_OR_HOURS, message = Rotation.RULE)
        String every,
    @Nullable @Pattern(regexp = Rotation.DAYS_OR_HOURS, message = Rotation.RULE) String overlap) {
  /** How long an old secret goes on working at most. */
  static final Duration LONGEST_OVERLAP = Duration.ofDays(90);

  /** How long it does when nobody says otherwise. */
  static final Duration STANDARD_OVERLAP = Duration.ofDays(1);

  static final String DAYS_OR_HOURS = "P([1-9][0-9]{0,3}D|T[1-9][0-9]{0,4}H)";
  static final String RULE = "is an ISO 8601 duration in days or hours, such as P90D or PT24H";

  /** The overlap that keys have by this rule, those too that had it before there were bounds. */
  Duration overlapTaken() {
    Duration wanted = overlap == null ? STANDARD_OVERLAP : Duration.parse(overlap);
    return shorter(shorter(wanted, Duration.parse(every)), LONGEST_OVERLAP);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
