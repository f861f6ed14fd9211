package org.apikeys.limit;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/**
 * What has been used of the limits of a key beyond plain windows. Who uses it holds it alone. Time
 * never goes back in it.
 */
final class GateState {
  private static final String DAY = " day";

  /** Nodes, which count by one clock, are no further apart. */
  private static final long APART = Duration.ofMinutes(1).toMillis();

  private long latest;
  private Algorithm algorithm;
  private long[] windowsAtRest;
  private @Nullable CallWindows windows;
  private final Bucket burst;
  private final Bucket upload;
  private final Bucket download;
  private final Map<String, long[]> amounts;

  /** Open calls and when they count as ended, the oldest first. */
  private final Map<Long, Long> open;

  private long unnamed;
  private boolean moved;

  /** As it rests. */
  record Rest(
      long latest,
      Algorithm algorithm,
      List<Long> windows,
      List<Long> burst,
      List<Long> upload,
      List<Long> download,
      Map<String, List<Long>> amounts,
      Map<Long, Long> open) {}

  private GateState(Rest rest) {
    latest = rest.latest();
    algorithm = rest.algorithm();
    windowsAtRest = numbers(rest.windows());
    burst = Bucket.of(numbers(rest.burst()));
    upload = Bucket.of(numbers(rest.upload()));
    download = Bucket.of(numbers(rest.download()));
    amounts = new HashMap<>();
    rest.amounts().forEach((meter, amount) -> amounts.put(meter, numbers(amount)));
    open = new LinkedHashMap<>();
    rest.open().entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .forEach(call -> open.put(call.getKey(), call.getValue()));
  }

  private static long[] numbers(List<Long> list) {
    return list.stream().mapToLong(Long::longValue).toArray();
  }

  private static List<Long> list(long... numbers) {
    return Arrays.stream(numbers).boxed().toList();
  }

  static GateState fresh() {
    List<Long> full = list(new Bucket().atRest());
    return new GateState(
        new Rest(0, Algorithm.FIXED, List.of(), full, full, full, Map.of(), Map.of()));
  }

  static GateState read(String json) {
    return new GateState(Json.read(json, Rest.class));
  }

  String write() {
    Map<String, List<Long>> used = new TreeMap<>();
    amounts.forEach((meter, amount) -> used.put(meter, list(amount)));
    return Json.write(
        new Rest(
            latest,
            algorithm,
            list(windows == null ? windowsAtRest : windows.atRest()),
            list(burst.atRest()),
            list(upload.atRest()),
            list(download.atRest()),
            used,
            open));
  }

  /**
   * The instant that counts now. What was counted by a clock that was ahead is moved back to now:
   * where it was, nothing of it would ever be over before that clock's time has come.
   */
  long at(Counter counter, long now) {
    if (latest - now > APART) {
      moveBack(counter, latest - now);
    }
    latest = Math.max(latest, now);
    return latest;
  }

  private void moveBack(Counter counter, long millis) {
    latest -= millis;
    windows = windowsOrRest(counter);
    windows.moveBack(millis);
    burst.moveBack(millis);
    upload.moveBack(millis);
    download.moveBack(millis);
    amounts.values().forEach(amount -> amount[0] = Math.min(amount[0], latest));
    open.replaceAll((call, ends) -> ends - millis);
    moved = true;
  }

  /** Whether it was moved back since it was read: that has to rest, or it would begin anew. */
  boolean wasMoved() {
    return moved;
  }

  private CallWindows windowsOrRest(Counter counter) {
    return windows == null ? CallWindows.of(algorithm, windowsAtRest, counter) : windows;
  }

  /**
   * The windows under the algorithm of the rules. What counts in them is no less than what the
   * counter has counted, and than what counted under another algorithm until now: changing the way
   * of counting makes nothing unused.
   */
  CallWindows windows(GateRules rules, Counter counter, long now) {
    CallWindows before = windowsOrRest(counter);
    if (rules.algorithm() == algorithm) {
      windows = before;
      if (algorithm == Algorithm.SLIDING) {
        // calls that were counted by the counter alone, while the key had plain windows
        for (Window window : Window.values()) {
          before.countAtLeast(rules, window, counter.used(window, now), now);
        }
      }
      return before;
    }
    CallWindows after = CallWindows.of(rules.algorithm(), new long[0], counter);
    counter.refresh(now);
    for (Window window : Window.values()) {
      long used = Math.max(counter.used(window, now), before.used(rules, window, now));
      after.countAtLeast(rules, window, used, now);
    }
    algorithm = rules.algorithm();
    windows = after;
    return after;
  }

  Bucket burst() {
    return burst;
  }

  Bucket upload() {
    return upload;
  }

  Bucket download() {
    return download;
  }

  /** What was used of a resource in its present window. */
  long used(String meter, @Nullable Interval window, long now) {
    long[] amount = amounts.get(meter);
    return amount == null || (window != null && amount[0] < window.startOf(now)) ? 0 : amount[1];
  }

  void use(String meter, @Nullable Interval window, long amount, long now) {
    if (amount > 0) {
      long used = used(meter, window, now);
      long start = window == null ? 0 : window.startOf(now);
      amounts.put(meter, new long[] {start, used + Math.min(amount, Long.MAX_VALUE / 2 - used)});
    }
  }

  /** Bytes that were moved today. */
  long usedToday(Interval day, long now) {
    return used(DAY, day, now);
  }

  void moveToday(Interval day, long bytes, long now) {
    use(DAY, day, bytes, now);
  }

  /** Calls that are open. */
  int open(long now) {
    Iterator<Long> ends = open.values().iterator();
    while (ends.hasNext() && ends.next() <= now) {
      ends.remove();
    }
    return open.size();
  }

  /** When the oldest open call counts as ended. */
  long oldestEnds(long now) {
    return open.values().stream().findFirst().orElse(now);
  }

  void begin(long callId, long until) {
    unnamed--;
    open.put(callId == 0 ? unnamed : callId, until);
  }

  boolean end(long callId) {
    return open.remove(callId) != null;
  }
}
