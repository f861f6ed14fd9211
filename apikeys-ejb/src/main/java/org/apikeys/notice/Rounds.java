package org.apikeys.notice;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Who is visited just now, and who is left alone since they did not answer. So many receivers are
 * visited at the same time, and of one organization no more than a part of these: nobody's dead
 * addresses take all there is.
 */
final class Rounds {
  static final int MOST = 16;
  static final int MOST_OF_ONE_ORGANIZATION = 4;

  /** So many are remembered as silent; who is forgotten is only asked sooner. */
  private static final int MOST_SILENT = 1_000;

  private static final Duration FIRST_REST = Duration.ofSeconds(5);
  private static final Duration LONGEST_REST = Duration.ofMinutes(1);

  private final LongSupplier stopwatch;
  private final Map<Long, Long> organizations = new HashMap<>();
  private final Cache<Long, Rest> resting =
      Caffeine.newBuilder()
          .maximumSize(MOST_SILENT)
          .expireAfterWrite(LONGEST_REST.multipliedBy(10))
          .executor(Runnable::run)
          .build();

  /** A receiver that did not answer, so long it is left alone, and until when. */
  private record Rest(long nanos, long untilNanos) {}

  Rounds(LongSupplier stopwatch) {
    this.stopwatch = stopwatch;
  }

  /** Whether one more can be visited. */
  synchronized boolean isRoom() {
    return organizations.size() < MOST;
  }

  /** Webhooks that are not to be visited now. */
  synchronized Set<Long> closed() {
    long now = stopwatch.getAsLong();
    Set<Long> closed = new HashSet<>(organizations.keySet());
    resting
        .asMap()
        .forEach(
            (webhook, rest) -> {
              if (rest.untilNanos() - now > 0) {
                closed.add(webhook);
              }
            });
    return closed;
  }

  /** Organizations of which no more receivers are visited now. */
  synchronized Set<Long> fullOrganizations() {
    return organizations.values().stream()
        .collect(Collectors.groupingBy(id -> id, Collectors.counting()))
        .entrySet()
        .stream()
        .filter(one -> one.getValue() >= MOST_OF_ONE_ORGANIZATION)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** Begins a visit; false when there is no room for it. */
  synchronized boolean begin(long webhook, long organization) {
    if (!isRoom()
        || organizations.containsKey(webhook)
        || fullOrganizations().contains(organization)) {
      return false;
    }
    organizations.put(webhook, organization);
    return true;
  }

  /**
   * Ends a visit.
   *
   * @param answered whether anybody answered; if not, the receiver is left alone, longer each time
   */
  synchronized void end(long webhook, boolean answered) {
    organizations.remove(webhook);
    if (answered) {
      resting.invalidate(webhook);
      return;
    }
    Rest before = resting.getIfPresent(webhook);
    long nanos =
        before == null
            ? FIRST_REST.toNanos()
            : Math.min(LONGEST_REST.toNanos(), before.nanos() * 2);
    resting.put(webhook, new Rest(nanos, stopwatch.getAsLong() + nanos));
  }
}
