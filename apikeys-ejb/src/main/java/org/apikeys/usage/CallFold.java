package org.apikeys.usage;

import jakarta.inject.Inject;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.apikeys.hot.Direct;
import org.jspecify.annotations.Nullable;

/**
 * Sums calls up between two flushes, every one of them, also those whose details are shed. The hot
 * path only queues a call; it is summed by the thread that writes, or by the caller when the store
 * is slow and too many wait.
 */
@Direct
public class CallFold {
  private static final int MOST_WAITING = 100_000;
  private static final int MOST_ENDPOINTS = 100_000;

  private final ConcurrentLinkedQueue<Call> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Geography geography;

  /** Guarded by the lock. */
  private final Endpoints endpoints = new Endpoints(MOST_ENDPOINTS);

  private UsageBatch folded = new UsageBatch();

  @Inject
  public CallFold(Geography geography) {
    this.geography = geography;
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
  UsageBatch take() {
    lock.lock();
    try {
      fold();
      UsageBatch taken = folded;
      folded = new UsageBatch();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  void putBack(UsageBatch batch) {
    lock.lock();
    try {
      folded.add(batch);
    } finally {
      lock.unlock();
    }
  }

  private void fold() {
    @Nullable Call call = waiting.poll();
    while (call != null) {
      count.decrementAndGet();
      folded.at(cell(call)).add(call);
      call = waiting.poll();
    }
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
