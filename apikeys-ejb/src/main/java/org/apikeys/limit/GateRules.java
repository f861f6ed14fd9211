package org.apikeys.limit;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a key that has more of them than plain fixed windows, compiled for deciding.
 *
 * @param maxBurst the most calls at once; 0 when bursts are not set
 * @param burstMillis in which a burst comes back
 * @param upload bytes from the caller by the second; null for any
 * @param download bytes to the caller by the second; null for any
 * @param bytesPerDay both together a day; 0 for any
 * @param concurrent open calls; 0 for any
 * @param meters quotas by the name of their meter
 * @param credits whether calls are paid for
 */
public record GateRules(
    WindowLimits windows,
    Algorithm algorithm,
    long maxBurst,
    long burstMillis,
    Bucket.@Nullable Shape upload,
    Bucket.@Nullable Shape download,
    long bytesPerDay,
    long concurrent,
    Map<String, Quota> meters,
    boolean credits) {
  private static final BigDecimal BYTES_A_MEGABIT = BigDecimal.valueOf(125_000);
  private static final BigDecimal BYTES_A_GIGABYTE = BigDecimal.valueOf(1_000_000_000);
  private static final long SECOND = 1_000;

  /**
   * A quota of a resource.
   *
   * @param window null for all the key's life
   */
  record Quota(long limit, @Nullable Interval window) {}

  /** The rules; null for a key that a {@link Counter} alone decides about. */
  public static @Nullable GateRules of(
      RateLimits limits, @Nullable Map<String, MeterLimit> resources, boolean credits) {
    boolean plain =
        Algorithm.of(limits.algorithm()) == Algorithm.FIXED
            && (limits.burst() == null || !limits.burst().counts())
            && limits.bandwidth() == null
            && limits.concurrent() == null
            && (resources == null || resources.isEmpty())
            && !credits;
    return plain ? null : compiled(limits, resources, credits);
  }

  /** The rules, whatever may decide about the key. */
  static GateRules compiled(
      RateLimits limits, @Nullable Map<String, MeterLimit> resources, boolean credits) {
    RateLimits.Burst burst =
        limits.burst() == null || !limits.burst().counts() ? null : limits.burst().complete();
    RateLimits.Bandwidth bandwidth = limits.bandwidth();
    Algorithm algorithm = Algorithm.of(limits.algorithm());
    Map<String, Quota> meters = new TreeMap<>();
    if (resources != null) {
      resources.forEach((name, limit) -> meters.put(name, quota(limit)));
    }
    return new GateRules(
        limits.windows(),
        algorithm,
        burst == null ? 0 : Objects.requireNonNull(burst.maxBurst()),
        burst == null ? 0 : SECOND * Objects.requireNonNull(burst.burstWindow()),
        bandwidth == null ? null : rate(bandwidth.uploadMbps()),
        bandwidth == null ? null : rate(bandwidth.downloadMbps()),
        bandwidth == null || bandwidth.totalGbPerDay() == null
            ? 0
            : bandwidth.totalGbPerDay().multiply(BYTES_A_GIGABYTE).longValue(),
        Objects.requireNonNullElse(limits.concurrent(), 0L),
        Map.copyOf(meters),
        credits);
  }

  /** What counts of them for now: of a burst as much as of the windows that it goes beyond. */
  GateRules tightened(@Nullable Adaptation now) {
    return now == null
        ? this
        : new GateRules(
            now.of(windows),
            algorithm,
            maxBurst == 0 ? 0 : now.of(maxBurst),
            burstMillis,
            upload,
            download,
            bytesPerDay,
            concurrent,
            meters,
            credits);
  }

  /** Whether what a call has come to, told when it has ended, counts anywhere. */
  boolean countsWhatIsReported() {
    return upload != null || download != null || bytesPerDay > 0 || !meters.isEmpty();
  }

  private static Quota quota(MeterLimit limit) {
    return new Quota(
        Objects.requireNonNull(limit.limit()),
        limit.window() == null ? null : Interval.parse(limit.window()));
  }

  /** A second's worth may come at once. */
  private static Bucket.@Nullable Shape rate(@Nullable BigDecimal megabits) {
    if (megabits == null) {
      return null;
    }
    long bytes = megabits.multiply(BYTES_A_MEGABIT).longValue();
    return new Bucket.Shape(bytes, bytes, SECOND);
  }

  /** The shortest limited window, which gives way to a burst; null without any. */
  @Nullable Window shortest() {
    for (Window window : Window.values()) {
      if (windows.of(window) != WindowLimits.NONE) {
        return window;
      }
    }
    return null;
  }

  /** The bucket that stands for a window in {@link Algorithm#TOKEN_BUCKET}. */
  Bucket.Shape bucket(Window window) {
    long limit = windows.of(window);
    boolean small = maxBurst > 0 && window == shortest();
    return new Bucket.Shape(small ? Math.min(limit, maxBurst) : limit, limit, window.millis());
  }

  /** What a burst may take beyond the shortest window; null when nothing. */
  Bucket.@Nullable Shape burst() {
    Window shortest = shortest();
    long beyond = shortest == null ? 0 : maxBurst - windows.of(shortest);
    return beyond > 0 ? new Bucket.Shape(beyond, beyond, burstMillis) : null;
  }

  /**
   * Whether these rules let no more calls through at any time than others would, by what comes of
   * windows, burst and algorithm together: a burst bounds the bucket of the shortest window and
   * goes beyond any other shortest window, so that less of either may be more of both.
   */
  boolean passesNoMoreThan(GateRules others) {
    return countsNoWider(algorithm, others.algorithm)
        && others.windows.limited().stream().allMatch(window -> passesNoMoreThan(others, window));
  }

  /** A sliding window lets nothing through that a fixed one would not; otherwise they differ. */
  private static boolean countsNoWider(Algorithm own, Algorithm other) {
    return own == other || (own == Algorithm.SLIDING && other == Algorithm.FIXED);
  }

  private boolean passesNoMoreThan(GateRules others, Window window) {
    if (windows.of(window) > others.windows.of(window)) {
      return false;
    }
    if (algorithm == Algorithm.TOKEN_BUCKET
        && bucket(window).size() > others.bucket(window).size()) {
      return false;
    }
    Bucket.Shape beyond = window == shortest() ? burst() : null;
    Bucket.Shape wide = window == others.shortest() ? others.burst() : null;
    return beyond == null || (wide != null && beyond.isWithin(wide));
  }
}
