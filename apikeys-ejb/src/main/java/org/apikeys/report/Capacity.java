package org.apikeys.report;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.KeyReader;
import org.apikeys.key.KeyView;
import org.apikeys.limit.Window;
import org.apikeys.limit.WindowLimits;
import org.apikeys.usage.Figures;
import org.apikeys.usage.Periods;
import org.apikeys.usage.UsageAnalytics;
import org.apikeys.usage.UsageQuery;
import org.jspecify.annotations.Nullable;

/** Looks ahead: when keys, an organization, the server reach their limits as they grow now. */
@Stateless
@RolesAllowed(ManagementScope.USAGE_READ)
public class Capacity {
  /** The days that are looked back at: four weeks, so that weekends weigh alike. */
  public static final int STANDARD_DAYS = 28;

  private static final int MOST_KEYS = 50;
  private static final int DAYS_BY_MINUTE = 7;

  private final KeyReader keys;
  private final UsageAnalytics analytics;
  private final Clock clock;

  @Inject
  public Capacity(KeyReader keys, UsageAnalytics analytics, Clock clock) {
    this.keys = keys;
    this.analytics = analytics;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public Capacity() {
    keys = null;
    analytics = null;
    clock = null;
  }

  /** A key's limits, the one that is reached first before the others. */
  public record OfKey(String keyId, String name, List<Forecast> limits) {
    public OfKey {
      limits = List.copyOf(limits);
    }
  }

  /** The limits of a key that the caller sees; windows of a second are not looked at. */
  public OfKey ofKey(Caller caller, long id, int days) {
    return ofKey(keys.read(caller, id), days);
  }

  private OfKey ofKey(KeyView key, int days) {
    Instant today = clock.instant().truncatedTo(ChronoUnit.DAYS);
    WindowLimits limits = key.configuration().limits().windows();
    List<Forecast> forecasts = new ArrayList<>();
    for (Window window : limits.limited()) {
      if (window != Window.SECOND) {
        int back = window == Window.MINUTE ? Math.min(days, DAYS_BY_MINUTE) : days;
        UsageQuery query =
            UsageQuery.of(key.organizationId(), days(today, back)).ofKeys(List.of(key.id()));
        List<Long> peaks = analytics.peaks(query, (int) (window.millis() / 60_000));
        forecasts.add(Forecast.of(key.keyId(), window.iso(), limits.of(window), peaks, today));
      }
    }
    forecasts.sort(SOONEST);
    return new OfKey(key.keyId(), key.configuration().name(), forecasts);
  }

  /** The busiest keys among some, the one that is nearest to a limit first. */
  public List<OfKey> ofKeys(Caller caller, @Nullable List<Long> own, int days) {
    Instant today = clock.instant().truncatedTo(ChronoUnit.DAYS);
    UsageQuery all = UsageQuery.of(caller.organizationId(), days(today, days));
    Map<Long, Figures> busy = analytics.ofKeys(own == null ? all : all.ofKeys(own));
    return busy.keySet().stream()
        .limit(MOST_KEYS)
        .map(id -> ofKey(keys.read(caller, id), days))
        .filter(key -> !key.limits().isEmpty())
        .sorted(Comparator.comparing((OfKey key) -> key.limits().get(0), SOONEST))
        .toList();
  }

  /** How an organization, or the whole server, stands with a number of calls a day. */
  public Forecast of(Caller caller, boolean server, long callsPerDay, int days) {
    Instant today = clock.instant().truncatedTo(ChronoUnit.DAYS);
    UsageQuery query = UsageQuery.of(caller.organizationId(), days(today, days));
    String what = server ? "The server" : "The organization";
    List<Long> peaks = analytics.peaks(server ? query.ofEveryOrganization() : query, 1_440);
    return Forecast.of(what, "P1D", callsPerDay, peaks, today);
  }

  private static Periods days(Instant today, int days) {
    return Periods.of("day", null, today.minus(Duration.ofDays(days)), today, today);
  }

  private static final Comparator<Forecast> SOONEST =
      Comparator.comparing(
              Forecast::reachesAt, Comparator.nullsLast(Comparator.<Instant>naturalOrder()))
          .thenComparing(Forecast::usedPercent, Comparator.reverseOrder());
}
