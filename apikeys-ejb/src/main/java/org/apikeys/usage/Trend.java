package org.apikeys.usage;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A line through figures, one a day: Theil and Sen's median of slopes, which a third of outlying
 * days can't move far, with Mann and Kendall's test whether there is a trend at all.
 *
 * @param slope growth a day
 * @param level where the line stands on the day after the last
 * @param significance probability that figures without any trend look like this, 0 to 1
 */
public record Trend(double slope, double level, double significance) {
  private static final double ALPHA = 0.05;

  /** Fits the line. */
  public static Trend of(List<Long> days) {
    int n = days.size();
    List<Double> slopes = new ArrayList<>();
    long s = 0;
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        slopes.add((double) (days.get(j) - days.get(i)) / (j - i));
        s += Long.signum(days.get(j) - days.get(i));
      }
    }
    double slope = median(slopes);
    List<Double> offsets = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      offsets.add(days.get(i) - slope * i);
    }
    return new Trend(slope, median(offsets) + slope * n, significance(days, s));
  }

  /** Whether the figures grow, and not by chance. */
  public boolean isGrowing() {
    return slope > 0 && significance < ALPHA;
  }

  private static double median(List<Double> values) {
    if (values.isEmpty()) {
      return 0;
    }
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** The two-sided probability of this S, by its normal approximation with ties. */
  private static double significance(List<Long> days, long s) {
    double n = days.size();
    double variance = n * (n - 1) * (2 * n + 5);
    Map<Long, Integer> ties = new HashMap<>();
    days.forEach(day -> ties.merge(day, 1, Integer::sum));
    for (int t : ties.values()) {
      variance -= (double) t * (t - 1) * (2.0 * t + 5);
    }
    variance /= 18;
    if (variance <= 0 || s == 0) {
      return 1;
    }
    double z = (s - Long.signum(s)) / Math.sqrt(variance);
    return 2 * (1 - normal(Math.abs(z)));
  }

  /** The normal distribution (Abramowitz and Stegun 26.2.17, right to 7 digits). */
  private static double normal(double z) {
    double t = 1 / (1 + 0.2316419 * z);
    double polynomial =
        t
            * (0.319381530
                + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    return 1 - Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * polynomial;
  }
}
