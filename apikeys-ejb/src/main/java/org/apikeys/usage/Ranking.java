package org.apikeys.usage;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The order of groups, the busiest first, and how far somebody has read it. Calls go on while pages
 * are read: so that nobody overtakes anybody meanwhile, the order is by the calls from before the
 * first page, and a page begins behind the last group of the one before, wherever that stands now.
 *
 * @param begun when the first page was asked for
 * @param live whether all calls count, also those that come while pages are read
 * @param requests how many calls for the order the last group before this page has
 * @param item the last group before this page; groups with as many calls are in the order of theirs
 */
public record Ranking(Instant begun, boolean live, long requests, String item) {
  /** The minute in progress grows, and the one before may still be rolled up. */
  private static final Duration UNSETTLED = Duration.ofMinutes(1);

  /** For who reads one page and no further. */
  static final Ranking LIVE = new Ranking(Instant.EPOCH, true, Long.MAX_VALUE, "");

  /** The first page of somebody who may read on. */
  public static Ranking begin(Instant now) {
    return new Ranking(now.truncatedTo(ChronoUnit.MILLIS), false, Long.MAX_VALUE, "");
  }

  boolean atBeginning() {
    return requests == Long.MAX_VALUE;
  }

  /** Calls from before this instant count for the order. */
  Instant until() {
    return begun.truncatedTo(ChronoUnit.MINUTES).minus(UNSETTLED);
  }

  Ranking byAllCalls() {
    return new Ranking(begun, true, requests, item);
  }

  /** Whether a group comes behind those that were read. */
  boolean leaves(String otherItem, long otherRequests) {
    return otherRequests < requests || (otherRequests == requests && otherItem.compareTo(item) > 0);
  }

  Ranking after(String lastItem, long lastRequests) {
    return new Ranking(begun, live, lastRequests, lastItem);
  }
}
