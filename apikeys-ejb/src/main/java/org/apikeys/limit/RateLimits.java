package org.apikeys.limit;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.math.BigDecimal;
import java.util.List;
import org.apikeys.api.problem.FieldError;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a key as they are configured (seeds 000, 001 and 003).
 *
 * @param requests calls in each window
 * @param burst how many calls may come at once
 * @param bandwidth how much data may be moved
 * @param concurrent calls that may be open at the same time
 * @param payloadBytes the largest request, in bytes
 * @param algorithm how calls are counted: {@code fixed} windows aligned to the clock, {@code
 *     sliding} windows, or {@code token_bucket}
 * @param unlimited no limit at all; nothing else may be given with it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RateLimits(
    @Nullable @Valid Requests requests,
    @Nullable @Valid Burst burst,
    @Nullable @Valid Bandwidth bandwidth,
    @Nullable
        @Min(value = 1, message = "is 1 to 10000 calls")
        @Max(value = 10_000, message = "is 1 to 10000 calls")
        Long concurrent,
    @Nullable
        @Min(value = 1, message = "is at least 1 byte")
        @Max(value = 1L << 40, message = "is at most 1 TiB")
        Long payloadBytes,
    @Nullable
        @Pattern(
            regexp = "fixed|sliding|token_bucket",
            message = "is one of fixed, sliding, token_bucket")
        String algorithm,
    @Nullable Boolean unlimited) {

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

  /**
   * How many calls may come at once. The shortest window gives way to a burst; the longer ones
   * stay.
   *
   * @param enabled whether it counts; true when not said
   * @param maxBurst the most calls that come at once
   * @param burstWindow seconds in which a burst that is used up comes back
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Burst(
      @Nullable Boolean enabled,
      @Nullable
          @Min(value = 1, message = Requests.RANGE)
          @Max(value = Requests.MOST, message = Requests.RANGE)
          Long maxBurst,
      @Nullable
          @Min(value = 1, message = "is 1 to 86400 seconds")
          @Max(value = 86_400, message = "is 1 to 86400 seconds")
          Long burstWindow) {
    static final long STANDARD_WINDOW = 60;

    boolean counts() {
      return !Boolean.FALSE.equals(enabled) && maxBurst != null;
    }

    Burst complete() {
      return new Burst(
          !Boolean.FALSE.equals(enabled),
          maxBurst,
          burstWindow == null && maxBurst != null ? Long.valueOf(STANDARD_WINDOW) : burstWindow);
    }
  }

  /**
   * How much data may be moved; absent is no limit.
   *
   * @param uploadMbps from the caller, in megabits (10^6) a second
   * @param downloadMbps to the caller, in megabits a second
   * @param totalGbPerDay both together, in gigabytes (10^9) a day
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Bandwidth(
      @Nullable
          @DecimalMin(value = "0.001", message = Bandwidth.RATE)
          @DecimalMax(value = "1000000", message = Bandwidth.RATE)
          BigDecimal uploadMbps,
      @Nullable
          @DecimalMin(value = "0.001", message = Bandwidth.RATE)
          @DecimalMax(value = "1000000", message = Bandwidth.RATE)
          BigDecimal downloadMbps,
      @Nullable
          @DecimalMin(value = "0.000001", message = Bandwidth.VOLUME)
          @DecimalMax(value = "1000000", message = Bandwidth.VOLUME)
          BigDecimal totalGbPerDay) {
    /** The same number is the same value, however it was written. */
    public Bandwidth {
      uploadMbps = plain(uploadMbps);
      downloadMbps = plain(downloadMbps);
      totalGbPerDay = plain(totalGbPerDay);
    }

    private static @Nullable BigDecimal plain(@Nullable BigDecimal number) {
      return number == null ? null : number.stripTrailingZeros();
    }

    static final String RATE = "is 0.001 to 1000000 Mbit/s";
    static final String VOLUME = "is 0.000001 to 1000000 GB";

    boolean isWithin(@Nullable Bandwidth other) {
      return other == null
          || (isWithin(uploadMbps, other.uploadMbps)
              && isWithin(downloadMbps, other.downloadMbps)
              && isWithin(totalGbPerDay, other.totalGbPerDay));
    }

    private static boolean isWithin(@Nullable BigDecimal own, @Nullable BigDecimal other) {
      return other == null || (own != null && own.compareTo(other) <= 0);
    }
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
    return complete(DEFAULT);
  }

  /** As {@link #complete()}, with other standard windows. */
  public RateLimits complete(RateLimits standard) {
    if (hasNoLimit()) {
      return this;
    }
    boolean limitsRequests = requests != null && !windows().limited().isEmpty();
    return new RateLimits(
        limitsRequests || standard.requests() == null ? requests : standard.requests(),
        burst == null ? null : burst.complete(),
        bandwidth,
        concurrent,
        payloadBytes,
        algorithm == null ? FIXED : algorithm,
        null);
  }

  /** With what is left open, and what is more, brought down to a bound. */
  public RateLimits cappedBy(RateLimits bound) {
    if (hasNoLimit()) {
      return bound.complete();
    }
    return Bound.of(bound).cap(this);
  }

  /** With what is left open filled from a bound; what is more than it stays. */
  public RateLimits filledFrom(RateLimits bound) {
    return hasNoLimit() ? this : Bound.of(bound).fill(this);
  }

  /** In what these limits are more than a bound, by field and reason. */
  public List<FieldError> beyond(RateLimits bound) {
    return hasNoLimit()
        ? List.of(new FieldError("rate_limits.unlimited", "can't be had here: there is a bound"))
        : Bound.of(bound).beyond(this);
  }

  /** The same, with any number of open calls. */
  RateLimits withoutConcurrent() {
    return new RateLimits(requests, burst, bandwidth, null, payloadBytes, algorithm, unlimited);
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
    return !hasNoLimit()
        && GateRules.compiled(this, null, false)
            .passesNoMoreThan(GateRules.compiled(others, null, false))
        && isWithin(payloadBytes, others.payloadBytes)
        && isWithin(concurrent, others.concurrent)
        && (bandwidth == null ? others.bandwidth == null : bandwidth.isWithin(others.bandwidth));
  }

  private static boolean isWithin(@Nullable Long own, @Nullable Long other) {
    return other == null || (own != null && own <= other);
  }

  /** Whether anything is limited beside {@code unlimited}. */
  public boolean limitsAnything() {
    return requests != null
        || burst != null
        || bandwidth != null
        || concurrent != null
        || payloadBytes != null;
  }

  /** What has to be given for what is given to mean something; null when nothing is missing. */
  public @Nullable String missing() {
    boolean noSize =
        burst != null && !Boolean.FALSE.equals(burst.enabled()) && burst.maxBurst() == null;
    return noSize ? "burst.max_burst" : null;
  }

  private static long orNone(@Nullable Long calls) {
    return calls == null ? WindowLimits.NONE : calls;
  }
}
