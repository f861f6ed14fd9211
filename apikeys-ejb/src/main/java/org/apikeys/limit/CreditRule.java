package org.apikeys.limit;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The credits of a key: every call takes its cost from the balance, and is denied when that is not
 * there.
 *
 * @param balance what is there; what a key begins with
 * @param refill how it comes back by itself; null for never
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CreditRule(
    @Nullable
        @Min(value = 0, message = CreditRule.RANGE)
        @Max(value = CreditRule.MOST, message = CreditRule.RANGE)
        Long balance,
    @Nullable @Valid Refill refill) {
  /** The most credits that a key has. */
  public static final long MOST = 1_000_000_000_000L;

  static final String RANGE = "is 0 to 1000000000000 credits";

  /**
   * Fills the balance up to an amount, on the calendar: what is left over is not added up, and what
   * was topped up beyond it stays.
   *
   * @param amount up to which it is filled
   * @param interval ISO 8601 duration of one unit; {@code P1M} is a calendar month
   */
  public record Refill(
      @NotNull(message = "is required")
          @Min(value = 1, message = "is 1 to 1000000000000 credits")
          @Max(value = CreditRule.MOST, message = "is 1 to 1000000000000 credits")
          Long amount,
      @NotNull(message = "is required") @Pattern(regexp = Interval.FORM, message = Interval.RULE)
          String interval) {

    boolean isWithin(@Nullable Refill other) {
      return other != null && amount <= other.amount && interval.equals(other.interval);
    }
  }

  /** Whether credits pay for nothing that others would not. */
  public static boolean isWithin(@Nullable CreditRule own, @Nullable CreditRule other) {
    if (other == null) {
      return true;
    }
    return own != null
        && orNothing(own.balance) <= orNothing(other.balance)
        && (own.refill == null || own.refill.isWithin(other.refill));
  }

  private static long orNothing(@Nullable Long credits) {
    return credits == null ? 0 : credits;
  }

  /** With the balance as it is now. */
  public CreditRule withBalance(long now) {
    return new CreditRule(now, refill);
  }
}
