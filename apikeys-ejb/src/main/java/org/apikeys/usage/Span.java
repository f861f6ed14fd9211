package org.apikeys.usage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A stretch of time that sums of one length are read of.
 *
 * @param minutes how long each sum's time is
 * @param from where the first begins, milliseconds since 1970 UTC
 * @param to where the last ends
 */
record Span(int minutes, long from, long to) {
  /** All of some periods, by the coarsest sums that they are made of. */
  static Span of(Periods periods) {
    return of(periods, periods.grain().minutes());
  }

  /** All of some periods, by sums of this length. */
  static Span of(Periods periods, int minutes) {
    return new Span(minutes, periods.from().toEpochMilli(), periods.to().toEpochMilli());
  }

  /** What of some periods is before a whole minute, by the coarsest sums that it is made of. */
  static List<Span> before(Instant minute, Periods periods) {
    long end = Math.min(minute.toEpochMilli(), periods.to().toEpochMilli());
    long from = periods.from().toEpochMilli();
    List<Span> spans = new ArrayList<>();
    for (Grain grain : Grain.values()) {
      long to = Math.floorDiv(end, grain.millis()) * grain.millis();
      if (grain.compareTo(periods.grain()) >= 0 && from < to) {
        spans.add(new Span(grain.minutes(), from, to));
        from = to;
      }
    }
    return spans;
  }
}
