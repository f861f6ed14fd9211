package org.apikeys.limit;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Null;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a key as they are configured (seeds 000, 001 and 003).
 *
 * @param requests calls in each window
 * @param payloadBytes the largest request, in bytes
 * @param algorithm how calls are counted: {@code fixed} windows aligned to the clock
 * @param unlimited no limit at all; nothing else may be given with it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RateLimits(
    @Nullable @Valid Requests requests,
    @Nullable @Null(message = RateLimits.LATER) Object burst,
    @Nullable @Null(message = RateLimits.LATER) Object bandwidth,
    @Nullable @Null(message = RateLimits.LATER) Object concurrent,
    @Nullable
        @Min(value = 1, message = "is at least 1 byte")
        @Max(value = 1L << 40, message = "is at most 1 TiB")
        Long payloadBytes,
    @Nullable @Pattern(regexp = "fixed", message = "is fixed: windows aligned to the clock")
        String algorithm,
    @Nullable Boolean unlimited) {

  static final String LATER =
      "is not enforced by this version, and a limit that is not enforced is refused";

  private static final String FIXED = "fixed";

  /** What a key gets when its creator says nothing: the limits of seed 000. */
  public static final RateLimits DEFAULT = ofRequests(new Requests(null, 100L, 1_000L, 10_000L));

  /** No limit at all. */
  public static final RateLimits NO_LIMIT =
      new RateLimits(null, null, null, null, null, null, true);

  /**
   * Calls in each window; absent is no limit in that window.
   *
   * @param perSecond calls a second
   * @param perMinute calls a minute
   * @param perHour calls an hour
   * @param perDay calls a day
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Requests(
      @Nullable
          @Min(value = 1, message = Requests.RANGE)
          @Max(value = Requests.MOST, message = Requests.RANGE)
          Long perSecond,
      @Nullable
          @Min(value = 1, message = Requests.RANGE)
          @Max(value = Requests.MOST, message = Requests.RANGE)
          Long perMinute,
      @Nullable
          @Min(value = 1, message = Requests.RANGE)
          @Max(value = Requests.MOST, message = Requests.RANGE)
          Long perHour,
      @Nullable
          @Min(value = 1, message = Requests.RANGE)
          @Max(value = Requests.MOST, message = Requests.RANGE)
          Long perDay) {
    static final long MOST = 1_000_000_000L;
    static final String RANGE = "is 1 to 1000000000 calls";
  }

  public static RateLimits ofRequests(Requests requests) {
    return new RateLimits(requests, null, null, null, null, FIXED, null);
  }

  /** So many calls a minute and nothing else (seed 003). */
  public static RateLimits perMinute(long calls) {
    return ofRequests(new Requests(null, calls, null, null));
  }

  /** Whether it was said that there is no limit. Named so that it is no property of the JSON. */
  public boolean hasNoLimit() {
    return Boolean.TRUE.equals(unlimited);
  }

  /** Calls a minute, when that is limited. */
  public @Nullable Long perMinute() {
    return requests == null ? null : requests.perMinute();
  }

  /**
   * With everything that was left to the system said: whoever names no window of requests gets the
   * standard ones, since no limit at all is something to be asked for by name.
   */
  public RateLimits complete() {
    if (hasNoLimit()) {
      return this;
    }
    boolean limitsRequests = requests != null && !windows().limited().isEmpty();
    return new RateLimits(
        limitsRequests ? requests : DEFAULT.requests(),
        burst,
        bandwidth,
        concurrent,
        payloadBytes,
        FIXED,
        null);
  }

  /** Compiled for deciding. */
  public WindowLimits windows() {
    return requests == null
        ? WindowLimits.UNLIMITED
        : new WindowLimits(
            orNone(requests.perSecond()),
            orNone(requests.perMinute()),
            orNone(requests.perHour()),
            orNone(requests.perDay()));
  }

  /** Whether these limits let nothing through that the others would not. */
  public boolean isWithin(RateLimits others) {
    if (others.hasNoLimit()) {
      return true;
    }
    WindowLimits own = windows();
    WindowLimits wide = others.windows();
    for (Window window : Window.values()) {
      if (own.of(window) > wide.of(window)) {
        return false;
      }
    }
    return !hasNoLimit()
        && (others.payloadBytes() == null
            || (payloadBytes != null && payloadBytes <= others.payloadBytes()));
  }

  private static long orNone(@Nullable Long calls) {
    return calls == null ? WindowLimits.NONE : calls;
  }
}
