package org.apikeys.usage;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What calls came to, interval by interval.
 *
 * @param totals over all groups, also those on other pages
 * @param before the same of as many intervals just before; null when not all of them are kept
 * @param series one of each group, the busiest first; the one when nothing is told apart
 * @param next where further groups begin; null when there are none
 */
public record UsageAnswer(
    Figures totals,
    @Nullable Figures before,
    Periods beforePeriods,
    List<Series> series,
    @Nullable Ranking next) {
  public UsageAnswer {
    series = List.copyOf(series);
  }

  /** Whether there are further groups. */
  public boolean more() {
    return next != null;
  }

  /**
   * The calls of a group.
   *
   * @param group what they have in common; null when nothing is told apart, or when it is unknown
   * @param name how people call it: of a key its name
   */
  public record Series(
      @Nullable String group, @Nullable String name, Figures totals, List<Point> points) {
    public Series {
      points = List.copyOf(points);
    }
  }

  /** The calls of an interval. */
  public record Point(Instant start, Figures figures) {}
}
