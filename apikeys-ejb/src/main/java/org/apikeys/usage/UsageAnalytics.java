package org.apikeys.usage;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.usage.GroupReader.Group;
import org.jspecify.annotations.Nullable;

/** Tells what calls came to, over time, in groups, compared with before. */
@Stateless
@RolesAllowed({ManagementScope.USAGE_READ, ManagementScope.REPORTS_READ})
public class UsageAnalytics {
  private final RollUpReader rollUps;
  private final GroupReader groups;
  private final SumKeeping keeping;
  private final Clock clock;

  @Inject
  public UsageAnalytics(RollUpReader rollUps, GroupReader groups, SumKeeping keeping, Clock clock) {
    this.rollUps = rollUps;
    this.groups = groups;
    this.keeping = keeping;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public UsageAnalytics() {
    rollUps = null;
    groups = null;
    keeping = null;
    clock = null;
  }

  /** Which sums there are to ask for at an instant. */
  public KeptSums kept(Instant now) {
    return keeping.known(now);
  }

  /** Series with a point for every interval, also for those without a call. */
  public UsageAnswer usage(UsageQuery query) {
    Sums[] all = rollUps.sums(query).getOrDefault("", empty(query.periods()));
    Periods earlier = query.periods().before();
    List<UsageAnswer.Series> series = new ArrayList<>();
    Ranking next = null;
    if (query.groupBy() == GroupBy.NONE) {
      series.add(series(null, null, query.periods(), all));
    } else {
      GroupReader.Page page = groups.groups(query);
      next = page.next();
      Map<String, Sums[]> sums = rollUps.sums(query, page.groups());
      for (Group group : page.groups()) {
        Sums[] points = sums.getOrDefault(group.item(), empty(query.periods()));
        String item = group.item().isEmpty() ? null : group.item();
        series.add(series(item, group.name(), query.periods(), points));
      }
    }
    return new UsageAnswer(
        totals(all, query.periods()), before(query.in(earlier)), earlier, series, next);
  }

  /** What an earlier time came to; null when that is not known any more. */
  private @Nullable Figures before(UsageQuery query) {
    Periods earlier = query.periods();
    return keeping.known(clock.instant()).hold(earlier)
        ? totals(rollUps.sums(query).getOrDefault("", empty(earlier)), earlier)
        : null;
  }

  private static UsageAnswer.Series series(
      @Nullable String group, @Nullable String name, Periods periods, Sums[] sums) {
    List<UsageAnswer.Point> points = new ArrayList<>(sums.length);
    for (int i = 0; i < sums.length; i++) {
      Duration length = Duration.between(periods.bounds().get(i), periods.bounds().get(i + 1));
      points.add(new UsageAnswer.Point(periods.bounds().get(i), Figures.of(sums[i], length)));
    }
    return new UsageAnswer.Series(group, name, totals(sums, periods), points);
  }

  private static Figures totals(Sums[] sums, Periods periods) {
    Sums total = new Sums();
    for (Sums one : sums) {
      total.add(one);
    }
    return Figures.of(total, Duration.between(periods.from(), periods.to()));
  }

  static Sums[] empty(Periods periods) {
    Sums[] sums = new Sums[periods.count()];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = new Sums();
    }
    return sums;
  }

  /** As {@link #usage}, for what is made where nobody is signed in: reports in the background. */
  @PermitAll
  public UsageAnswer usageBySystem(UsageQuery query) {
    return usage(query);
  }

  /** As {@link #ofKeys}, for what is made where nobody is signed in. */
  @PermitAll
  public Map<Long, Figures> ofKeysBySystem(UsageQuery query) {
    return ofKeys(query);
  }

  /** What each of some keys came to in the time, by number; keys without a call are absent. */
  public Map<Long, Figures> ofKeys(UsageQuery query) {
    UsageQuery byKey = query.by(GroupBy.KEY, Integer.MAX_VALUE);
    Map<Long, Figures> figures = new LinkedHashMap<>();
    List<Group> called = groups.groups(byKey).groups();
    Map<String, Sums[]> sums = rollUps.sums(byKey, called);
    for (Group group : called) {
      figures.put(
          Long.valueOf(group.number()),
          totals(sums.getOrDefault(group.item(), empty(query.periods())), query.periods()));
    }
    return figures;
  }

  /**
   * The most calls in a window of each period: what a limit has to hold.
   *
   * @param windowMinutes length of the windows: 1, 60 or 1440
   */
  public List<Long> peaks(UsageQuery query, int windowMinutes) {
    return rollUps.peaks(query, windowMinutes);
  }
}
