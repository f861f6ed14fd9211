package org.apikeys.usage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apikeys.hot.Direct;
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

  private static final int MOST_COMPLETIONS = 100_000;
  private static final int MOST_REMEMBERED = 200_000;

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

  private final AtomicLong completionRoom = new AtomicLong(MOST_COMPLETIONS);
  private final CallStore store;
  private final CallFold fold;
  private volatile boolean stopped;
  private volatile long lastFlushNanos = System.nanoTime();

  @Inject
  public CallRecorder(CallStore store, CallFold fold) {
    this.store = store;
    this.fold = fold;
  }

  /** A call of a key. */
  private record KeyCall(long keyId, long callId) {}

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
    // looked at last: a flush after the stop has what was taken before it
    return !stopped;
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
    List<Completion> finished = takeCompletions();
    CallBatch calls = fold.take();
    try {
      if (!calls.isEmpty() || !finished.isEmpty()) {
        store.write(calls, finished);
      }
      completionRoom.addAndGet(finished.size());
      lastFlushNanos = System.nanoTime();
    } catch (RuntimeException e) {
      completions.addAll(finished);
      fold.putBack(calls);
      throw e;
    }
  }

  private List<Completion> takeCompletions() {
    List<Completion> taken = new ArrayList<>();
    @Nullable Completion next = completions.poll();
    while (next != null) {
      taken.add(next);
      next = completions.poll();
    }
    return taken;
  }

  /** How many calls were counted without their details. */
  public long shed() {
    return fold.shed();
  }

  /** How long ago calls were last written, in milliseconds. */
  public long lagMillis() {
    return (System.nanoTime() - lastFlushNanos) / 1_000_000;
  }
}
