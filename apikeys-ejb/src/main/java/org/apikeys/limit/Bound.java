package org.apikeys.limit;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apikeys.api.problem.FieldError;
import org.apikeys.limit.RateLimits.Bandwidth;
import org.apikeys.limit.RateLimits.Burst;
import org.apikeys.limit.RateLimits.Requests;
import org.jspecify.annotations.Nullable;

/**
 * The most that limits may allow. How calls are counted is nobody's bound. A burst that has no
 * bound of its own stays within the shortest window that has one.
 */
final class Bound {
  private static final Requests NO_REQUESTS = new Requests(null, null, null, null);
  private static final Bandwidth NO_BANDWIDTH = new Bandwidth(null, null, null);

  private final RateLimits most;
  private final Requests requests;
  private final Bandwidth bandwidth;
  private final @Nullable Long burst;

  private Bound(RateLimits most) {
    this.most = most;
    requests = Objects.requireNonNullElse(most.requests(), NO_REQUESTS);
    bandwidth = Objects.requireNonNullElse(most.bandwidth(), NO_BANDWIDTH);
    burst = burstOf(most, requests);
  }

  static Bound of(RateLimits most) {
    return new Bound(most);
  }

  private static @Nullable Long burstOf(RateLimits most, Requests requests) {
    Burst own = most.burst();
    if (own != null && own.counts()) {
      return own.maxBurst();
    }
    for (Long calls :
        new Long[] {
          requests.perSecond(), requests.perMinute(), requests.perHour(), requests.perDay()
        }) {
      if (calls != null) {
        return calls;
      }
    }
    return null;
  }

  /** How an own value and its bound become one value. */
  private interface Rule {
    <T extends Comparable<T>> @Nullable T apply(@Nullable T own, @Nullable T bound);
  }

  private static <T extends Comparable<T>> @Nullable T filled(@Nullable T own, @Nullable T bound) {
    return own == null ? bound : own;
  }

  private static <T extends Comparable<T>> @Nullable T lower(@Nullable T own, @Nullable T bound) {
    return own == null || (bound != null && own.compareTo(bound) > 0) ? bound : own;
  }

  RateLimits fill(RateLimits own) {
    return with(
        own,
        own.burst(),
        new Rule() {
          @Override
          public <T extends Comparable<T>> @Nullable T apply(@Nullable T value, @Nullable T bound) {
            return filled(value, bound);
          }
        });
  }

  RateLimits cap(RateLimits own) {
    Burst capped = own.burst();
    if (capped != null && capped.counts()) {
      capped = new Burst(true, lower(capped.maxBurst(), burst), capped.burstWindow());
    }
    return with(
        own,
        capped,
        new Rule() {
          @Override
          public <T extends Comparable<T>> @Nullable T apply(@Nullable T value, @Nullable T bound) {
            return lower(value, bound);
          }
        });
  }

  private RateLimits with(RateLimits own, @Nullable Burst ownBurst, Rule rule) {
    Requests calls = Objects.requireNonNullElse(own.requests(), NO_REQUESTS);
    Bandwidth data = Objects.requireNonNullElse(own.bandwidth(), NO_BANDWIDTH);
    Requests newRequests =
        new Requests(
            rule.apply(calls.perSecond(), requests.perSecond()),
            rule.apply(calls.perMinute(), requests.perMinute()),
            rule.apply(calls.perHour(), requests.perHour()),
            rule.apply(calls.perDay(), requests.perDay()));
    Bandwidth newBandwidth =
        new Bandwidth(
            rule.apply(data.uploadMbps(), bandwidth.uploadMbps()),
            rule.apply(data.downloadMbps(), bandwidth.downloadMbps()),
            rule.apply(data.totalGbPerDay(), bandwidth.totalGbPerDay()));
    return new RateLimits(
        newRequests.equals(NO_REQUESTS) ? own.requests() : newRequests,
        ownBurst,
        newBandwidth.equals(NO_BANDWIDTH) ? own.bandwidth() : newBandwidth,
        rule.apply(own.concurrent(), most.concurrent()),
        rule.apply(own.payloadBytes(), most.payloadBytes()),
        own.algorithm(),
        null);
  }

  List<FieldError> beyond(RateLimits own) {
    Requests calls = Objects.requireNonNullElse(own.requests(), NO_REQUESTS);
    Bandwidth data = Objects.requireNonNullElse(own.bandwidth(), NO_BANDWIDTH);
    List<FieldError> wrong = new ArrayList<>();
    compare("requests.per_second", calls.perSecond(), requests.perSecond(), wrong);
    compare("requests.per_minute", calls.perMinute(), requests.perMinute(), wrong);
    compare("requests.per_hour", calls.perHour(), requests.perHour(), wrong);
    compare("requests.per_day", calls.perDay(), requests.perDay(), wrong);
    Burst ownBurst = own.burst();
    if (ownBurst != null && ownBurst.counts()) {
      compare("burst.max_burst", ownBurst.maxBurst(), burst, wrong);
    }
    compare("bandwidth.upload_mbps", data.uploadMbps(), bandwidth.uploadMbps(), wrong);
    compare("bandwidth.download_mbps", data.downloadMbps(), bandwidth.downloadMbps(), wrong);
    compare("bandwidth.total_gb_per_day", data.totalGbPerDay(), bandwidth.totalGbPerDay(), wrong);
    compare("concurrent", own.concurrent(), most.concurrent(), wrong);
    compare("payload_bytes", own.payloadBytes(), most.payloadBytes(), wrong);
    return wrong;
  }

  private static <T extends Comparable<T>> void compare(
      String field, @Nullable T own, @Nullable T bound, List<FieldError> wrong) {
    if (bound != null && (own == null || own.compareTo(bound) > 0)) {
      String most = bound instanceof BigDecimal number ? number.toPlainString() : bound.toString();
      wrong.add(new FieldError("rate_limits." + field, "is at most " + most + " here"));
    }
  }
}
