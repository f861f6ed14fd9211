package org.apikeys.usage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apikeys.api.verify.CallCounts;

/**
 * What the calls between two flushes come to: counts by secret, sums, and the details of the latest
 * of each key, as far as there is room. Not for several threads at once.
 */
final class CallBatch {
  /** As many as a key shows of its latest calls: of more in a second, the oldest are shed. */
  private static final int MOST_DETAILS_OF_A_KEY = 100;

  private final Map<Secret, Tally> tallies = new HashMap<>();
  private final UsageBatch sums = new UsageBatch();

  /** Details that it still takes. */
  private int room;

  CallBatch(int mostDetails) {
    room = mostDetails;
  }

  /** One generation of a key. */
  private record Secret(long keyId, int generation) {}

  private static final class Tally {
    long allowed;
    long denied;
    long recent;

    /** Milliseconds since 1970 UTC; 0 when no call was allowed. */
    long lastUsed;

    final ArrayDeque<Call> latest = new ArrayDeque<>(1);

    void add(long moreAllowed, long moreDenied, long moreRecent, long usedAt) {
      allowed += moreAllowed;
      denied += moreDenied;
      recent += moreRecent;
      lastUsed = Math.max(lastUsed, usedAt);
    }
  }

  /**
   * Counts a call.
   *
   * @param cell what it is summed by
   * @param recent whether it was made just now, and is not told late
   * @return how many calls are without their details for it: none or one
   */
  int add(Call call, Cell cell, boolean recent) {
    sums.at(cell).add(call);
    Tally tally = tally(new Secret(call.keyId(), call.generation()));
    int now = recent ? 1 : 0;
    if (call.isAllowed()) {
      tally.add(1, 0, now, call.madeAt());
    } else {
      tally.add(0, 1, now, 0);
    }
    return keep(call, tally);
  }

  /**
   * Adds what came after it, as it could not be written; so its own calls are told late.
   *
   * @return how many calls are without their details for it
   */
  int add(CallBatch later) {
    sums.add(later.sums);
    tallies.values().forEach(tally -> tally.recent = 0);
    int shed = 0;
    for (Map.Entry<Secret, Tally> entry : later.tallies.entrySet()) {
      Tally more = entry.getValue();
      Tally tally = tally(entry.getKey());
      tally.add(more.allowed, more.denied, more.recent, more.lastUsed);
      for (Call call : more.latest) {
        shed += keep(call, tally);
      }
    }
    return shed;
  }

  private Tally tally(Secret secret) {
    return tallies.computeIfAbsent(secret, fresh -> new Tally());
  }

  private int keep(Call call, Tally tally) {
    if (call.id() == 0 || room == 0) {
      return 1;
    }
    tally.latest.add(call);
    if (tally.latest.size() > MOST_DETAILS_OF_A_KEY) {
      tally.latest.remove();
      return 1;
    }
    room--;
    return 0;
  }

  boolean isEmpty() {
    return tallies.isEmpty();
  }

  UsageBatch sums() {
    return sums;
  }

  List<Call> details() {
    List<Call> details = new ArrayList<>();
    tallies.values().forEach(tally -> details.addAll(tally.latest));
    return details;
  }

  /** In one order, so that two nodes that count the same keys never wait in a circle. */
  List<CallCounts> counts() {
    return tallies.entrySet().stream()
        .map(
            entry ->
                new CallCounts(
                    entry.getKey().keyId(),
                    entry.getKey().generation(),
                    entry.getValue().allowed,
                    entry.getValue().denied,
                    entry.getValue().recent,
                    entry.getValue().lastUsed))
        .sorted(
            Comparator.comparingLong(CallCounts::keyId).thenComparingInt(CallCounts::generation))
        .toList();
  }
}
