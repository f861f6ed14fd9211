package org.apikeys.usage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.apikeys.hot.Direct;
import org.apikeys.setting.Settings;
import org.jspecify.annotations.Nullable;

/**
 * Takes calls at the speed of the hot path and writes them once a second. Counts are exact always;
 * when more calls come than the setting allows details for, or more of one key than anyone is
 * shown, the details of the rest are shed, and a metric says how many.
 */
@Direct
public class CallRecorder {
  /** How often calls are written. */
  public static final long PERIOD_MILLIS = 1_000;

  /** A tally goes after ten quiet minutes: nobody can still be about to count in it then. */
  private static final int QUIET_FLUSHES = 600;

  /** As many as a key shows of its latest calls: of more in a second, the oldest are shed. */
  private static final int MOST_DETAILS_OF_A_KEY = 100;

  private static final int MOST_COMPLETIONS = 100_000;
  private static final int MOST_REMEMBERED = 200_000;

  private final Map<TallyKey, Tally> tallies = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Completion> completions = new ConcurrentLinkedQueue<>();

  /**
   * Calls that were completed lately, so that a report that is sent again adds nothing: also where
   * the details of the call are shed, of which the store could not know.
   */
  private final Cache<KeyCall, Boolean> completed =
      Caffeine.newBuilder()
          .maximumSize(MOST_REMEMBERED)
          .expireAfterWrite(Duration.ofMinutes(10))
          .build();

  private final AtomicLong room = new AtomicLong();
  private final AtomicLong completionRoom = new AtomicLong(MOST_COMPLETIONS);
  private final LongAdder shed = new LongAdder();
  private final CallStore store;
  private final CallFold fold;
  private final long detailsPerFlush;
  private volatile boolean stopped;
  private volatile long lastFlushNanos = System.nanoTime();

  @Inject
  public CallRecorder(CallStore store, CallFold fold, Settings settings) {
    this.store = store;
    this.fold = fold;
    detailsPerFlush = settings.usageDetailsPerSecond() * PERIOD_MILLIS / 1_000;
    room.set(detailsPerFlush);
  }

  /** A call of a key. */
  private record KeyCall(long keyId, long callId) {}

  /** What calls are counted by. */
  record TallyKey(long keyId, int generation, long organizationId) {}

  /** What calls of one generation of a key have come to since the last flush. */
  static final class Tally {
    final AtomicLong allowed = new AtomicLong();
    final AtomicLong denied = new AtomicLong();
    final AtomicLong lastUsed = new AtomicLong();
    final ConcurrentLinkedQueue<Call> details = new ConcurrentLinkedQueue<>();
    final AtomicInteger held = new AtomicInteger();
    volatile int quietFlushes;
  }

  /**
   * Takes nothing more, for the server is stopping. Whatever was taken with a good answer before is
   * there for a flush that begins after this.
   */
  public void stop() {
    stopped = true;
  }

  /**
   * Takes a call.
   *
   * @return false when it may not be written any more; who asked about it must not hear that it
   *     passed
   */
  public boolean record(Call call) {
    fold.add(call);
    Tally tally = tallyOf(call);
    if (call.isAllowed()) {
      tally.allowed.incrementAndGet();
      tally.lastUsed.accumulateAndGet(call.madeAt(), Math::max);
    } else {
      tally.denied.incrementAndGet();
    }
    if (call.id() > 0 && room.getAndDecrement() > 0) {
      hold(tally, call);
    } else {
      shed.increment();
    }
    // looked at last: a flush after the stop has what was counted before it
    return !stopped;
  }

  private void hold(Tally tally, Call call) {
    tally.details.add(call);
    if (tally.held.incrementAndGet() > MOST_DETAILS_OF_A_KEY && tally.details.poll() != null) {
      tally.held.decrementAndGet();
      room.incrementAndGet();
      shed.increment();
    }
  }

  /** What a report about a call that was decided here has come to. */
  public enum Taken {
    /** It will be written. */
    NOW,
    /** The same call was reported before; nothing is to be done. */
    BEFORE,
    /** It can't be written, and has to be sent again. */
    NOT
  }

  /** Takes what a gateway reports about a call that was decided here. */
  public Taken complete(Completion completion) {
    KeyCall call = new KeyCall(completion.keyId(), completion.callId());
    if (completed.getIfPresent(call) != null) {
      return Taken.BEFORE;
    }
    if (completionRoom.getAndDecrement() <= 0) {
      completionRoom.incrementAndGet();
      return Taken.NOT;
    }
    if (completed.asMap().putIfAbsent(call, true) != null) {
      completionRoom.incrementAndGet();
      return Taken.BEFORE;
    }
    completions.add(completion);
    return stopped ? Taken.NOT : Taken.NOW;
  }

  /** Writes everything that was taken; what can't be written is kept for the next time. */
  public synchronized void flush() {
    // first, so that the call of each is written with it or was before
    List<Completion> finished = drain(completions);
    List<CallStore.Counted> counted = takeCounts();
    List<Call> calls = takeDetails();
    UsageBatch sums = fold.take();
    try {
      if (!counted.isEmpty() || !calls.isEmpty() || !finished.isEmpty() || !sums.isEmpty()) {
        store.write(counted, calls, finished, sums);
      }
      completionRoom.addAndGet(finished.size());
      room.set(detailsPerFlush);
      lastFlushNanos = System.nanoTime();
    } catch (RuntimeException e) {
      counted.forEach(this::putBack);
      calls.forEach(call -> hold(tallyOf(call), call));
      completions.addAll(finished);
      fold.putBack(sums);
      throw e;
    }
  }

  private List<CallStore.Counted> takeCounts() {
    List<CallStore.Counted> counted = new ArrayList<>();
    List<TallyKey> quiet = new ArrayList<>();
    for (Map.Entry<TallyKey, Tally> entry : tallies.entrySet()) {
      Tally tally = entry.getValue();
      CallStore.Counted counts =
          new CallStore.Counted(
              entry.getKey(),
              tally.allowed.getAndSet(0),
              tally.denied.getAndSet(0),
              tally.lastUsed.get());
      if (!counts.isNothing()) {
        tally.quietFlushes = 0;
        counted.add(counts);
      } else if (hasGoneQuiet(tally)) {
        quiet.add(entry.getKey());
      }
    }
    quiet.forEach(tallies::remove);
    return counted;
  }

  private Tally tallyOf(Call call) {
    TallyKey key = new TallyKey(call.keyId(), call.generation(), call.organizationId());
    // without the lock that computeIfAbsent takes
    Tally known = tallies.get(key);
    return known == null ? tallies.computeIfAbsent(key, absent -> new Tally()) : known;
  }

  private List<Call> takeDetails() {
    List<Call> taken = new ArrayList<>();
    for (Tally tally : tallies.values()) {
      List<Call> ofOne = drain(tally.details);
      tally.held.addAndGet(-ofOne.size());
      taken.addAll(ofOne);
    }
    return taken;
  }

  private static boolean hasGoneQuiet(Tally tally) {
    int quiet = tally.quietFlushes + 1;
    tally.quietFlushes = quiet;
    return quiet > QUIET_FLUSHES;
  }

  private void putBack(CallStore.Counted counts) {
    Tally tally = tallies.computeIfAbsent(counts.key(), key -> new Tally());
    tally.allowed.addAndGet(counts.allowed());
    tally.denied.addAndGet(counts.denied());
    tally.lastUsed.accumulateAndGet(counts.lastUsedMillis(), Math::max);
  }

  private static <T> List<T> drain(ConcurrentLinkedQueue<T> queue) {
    List<T> taken = new ArrayList<>();
    @Nullable T next = queue.poll();
    while (next != null) {
      taken.add(next);
      next = queue.poll();
    }
    return taken;
  }

  /** How many calls were counted without their details. */
  public long shed() {
    return shed.sum();
  }

  /** How long ago calls were last written, in milliseconds. */
  public long lagMillis() {
    return (System.nanoTime() - lastFlushNanos) / 1_000_000;
  }
}
