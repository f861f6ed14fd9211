package org.apikeys.usage;

import jakarta.inject.Inject;
import java.time.Clock;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.apikeys.hot.Direct;
import org.apikeys.setting.Settings;
import org.jspecify.annotations.Nullable;

/**
 * Counts calls and sums them up between two flushes, every one of them, also those whose details
 * are shed. The hot path only queues a call; it is counted by the thread that writes, or by the
 * caller when too many wait.
 */
@Direct
public class CallFold {
  private static final int MOST_WAITING = 100_000;
  private static final int MOST_ENDPOINTS = 100_000;

  private final ConcurrentLinkedQueue<Call> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final LongAdder shed = new LongAdder();
  private final Geography geography;
  private final Clock clock;
  private final int mostDetails;

  /** Guarded by the lock. */
  private final Endpoints endpoints = new Endpoints(MOST_ENDPOINTS);

  private CallBatch folded;

  @Inject
  public CallFold(Geography geography, Settings settings, Clock clock) {
    this.geography = geography;
    this.clock = clock;
    // between two flushes there is a second
    mostDetails = settings.usageDetailsPerSecond();
    folded = new CallBatch(mostDetails);
  }

  void add(Call call) {
    waiting.add(call);
    if (count.incrementAndGet() > MOST_WAITING && lock.tryLock()) {
      try {
        fold();
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Sums up what waits. Done often, so that a call is garbage soon: one that outlives a collection
   * is copied by it, and by the thousand they fill what is collected seldom and long.
   */
  void advance() {
    lock.lock();
    try {
      fold();
    } finally {
      lock.unlock();
    }
  }

  /** Everything since the last time. */
  CallBatch take() {
    lock.lock();
    try {
      fold();
      CallBatch taken = folded;
      folded = new CallBatch(mostDetails);
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Takes back what could not be written; there is no more room for details because of it. */
  void putBack(CallBatch batch) {
    lock.lock();
    try {
      shed.add(batch.add(folded));
      folded = batch;
    } finally {
      lock.unlock();
    }
  }

  private void fold() {
    long dropped = 0;
    long recently = clock.millis() - Cell.MINUTE_MILLIS;
    @Nullable Call call = waiting.poll();
    while (call != null) {
      count.decrementAndGet();
      dropped += folded.add(call, cell(call), call.madeAt() > recently);
      call = waiting.poll();
    }
    shed.add(dropped);
  }

  /** How many calls were counted without their details. */
  long shed() {
    return shed.sum();
  }

  private Cell cell(Call call) {
    long minute = Math.floorDiv(call.madeAt(), Cell.MINUTE_MILLIS);
    return new Cell(
        call.keyId(),
        call.organizationId(),
        minute,
        call.code(),
        call.statusCode(),
        endpoint(call.keyId(), call.endpoint(), minute),
        word(geography.country(call.ip())));
  }

  /** An endpoint as it is summed. */
  String endpoint(long keyId, @Nullable String endpoint, long minute) {
    lock.lock();
    try {
      return endpoints.summed(keyId, endpoint, minute);
    } finally {
      lock.unlock();
    }
  }

  static String word(@Nullable String text) {
    return text == null ? "" : text;
  }
}
