package org.apikeys.client;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Spares callers the wait for a server that is gone: after a few failures in a row nobody asks for
 * a while, then one call tries.
 */
final class CircuitBreaker {
  private static final int FAILURES = 5;

  private final LongSupplier nanos;
  private final long restNanos;
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicLong openUntil;

  CircuitBreaker(long restNanos, LongSupplier nanos) {
    this.restNanos = restNanos;
    this.nanos = nanos;
    openUntil = new AtomicLong(nanos.getAsLong());
  }

  /** Whether the server may be asked now; while it is resting, one caller a rest may. */
  boolean tryPass() {
    if (failures.get() < FAILURES) {
      return true;
    }
    long until = openUntil.get();
    long now = nanos.getAsLong();
    return now - until >= 0 && openUntil.compareAndSet(until, now + restNanos);
  }

  void succeeded() {
    failures.set(0);
  }

  void failed() {
    if (failures.incrementAndGet() == FAILURES) {
      openUntil.set(nanos.getAsLong() + restNanos);
    }
  }
}
