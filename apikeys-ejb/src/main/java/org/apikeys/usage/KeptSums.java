package org.apikeys.usage;

import java.time.Duration;
import java.time.Instant;

/**
 * From when on sums of calls are kept whole, by how fine they are: what is from before has gone,
 * and its zeros would say that nobody called.
 *
 * @param minutes sums of minutes from this instant on are kept
 * @param hours those of quarters and hours
 * @param days those of days
 */
public record KeptSums(Instant minutes, Instant hours, Instant days) {
  /** Minutes are kept a little longer than records may come late. */
  private static final Duration MINUTES_KEPT = Duration.ofDays(8);

  /**
   * The first interval of the time that is kept is whole, and begins earlier: a day of some zone, a
   * week; and the year before the last one begins a day or two before.
   */
  private static final Duration MARGIN = Duration.ofDays(7);

  /**
   * What is kept at an instant.
   *
   * @param cutoff the details of calls from before it need not be kept
   * @param daysCutoff sums of days from before it need not be kept
   */
  static KeptSums at(Instant now, Instant cutoff, Instant daysCutoff) {
    Instant hours = cutoff.minus(MARGIN);
    Instant minutes = now.minus(MINUTES_KEPT);
    return new KeptSums(
        minutes.isAfter(hours) ? minutes : hours,
        hours,
        (daysCutoff.isBefore(cutoff) ? daysCutoff : cutoff).minus(MARGIN));
  }

  /** What is kept where nothing but minutes has been deleted yet. */
  static KeptSums all(Instant now) {
    return at(now, Instant.EPOCH, Instant.EPOCH);
  }

  /**
   * As far as it matters: nobody called before the installation began, so that of a time before
   * that nothing has gone, and its zeros are true.
   */
  KeptSums of(Instant began) {
    return new KeptSums(since(minutes, began), since(hours, began), since(days, began));
  }

  private static Instant since(Instant kept, Instant began) {
    return kept.isAfter(began) ? kept : Instant.MIN;
  }

  /** Sums of this length that begin at this instant or later are kept. */
  Instant since(Grain grain) {
    return switch (grain) {
      case MINUTE -> minutes;
      case QUARTER, HOUR -> hours;
      case DAY -> days;
    };
  }

  /** Whether the sums that these intervals are made of are kept. */
  boolean hold(Periods periods) {
    return !periods.from().isBefore(since(periods.grain()));
  }
}
