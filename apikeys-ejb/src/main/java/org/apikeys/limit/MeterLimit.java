package org.apikeys.limit;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How much of a resource a key may use (seed 001): of anything that is told in {@code meters} of a
 * usage report, and of {@code cost}, {@code bytes_in} and {@code bytes_out}, which are known
 * anyway.
 *
 * @param limit in the resource's own unit
 * @param window a span of the calendar in UTC, such as {@code P1D}; null for all the key's life
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MeterLimit(
    @NotNull(message = "is required")
        @Min(value = 0, message = MeterLimit.RANGE)
        @Max(value = MeterLimit.MOST, message = MeterLimit.RANGE)
        Long limit,
    @Nullable @Pattern(regexp = Interval.FORM, message = Interval.RULE) String window) {
  static final long MOST = 1_000_000_000_000_000L;
  static final String RANGE = "is 0 to 1000000000000000";

  /** The name of a meter. */
  public static final String NAME = "[a-z][a-z0-9_.-]{0,49}";

  /** Whether quotas let nothing through that others would not. */
  public static boolean areWithin(
      @Nullable Map<String, MeterLimit> own, @Nullable Map<String, MeterLimit> others) {
    return others == null
        || others.entrySet().stream()
            .allMatch(
                other -> {
                  MeterLimit mine = own == null ? null : own.get(other.getKey());
                  return mine != null && mine.isWithin(other.getValue());
                });
  }

  /** Whether this lets nothing through that the other would not. */
  boolean isWithin(MeterLimit other) {
    return limit <= other.limit && coversWindowsOf(other);
  }

  /** Whether each window of the other lies in one of this: then no more fits into it. */
  private boolean coversWindowsOf(MeterLimit other) {
    if (window == null || Objects.equals(window, other.window)) {
      return true;
    }
    return other.window != null && Interval.parse(window).covers(Interval.parse(other.window));
  }
}
