package org.apikeys.limit;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.function.LongSupplier;
import org.apikeys.api.cluster.Tick;
import org.apikeys.hot.Direct;
import org.apikeys.store.StoreClock;

/**
 * The time that limits are counted in: it goes on as a stopwatch does. A clock that is set back or
 * leaps moves it by no more than four milliseconds in a second, until both show the same again; so
 * nobody gets a fresh window out of a clock that is set. The clock is that of the store, so that
 * all nodes count in the same windows.
 */
@Direct
public class SteadyTime {
  private static final long NANOS = 1_000_000;
  private static final long SLEW = 250;
  private static final long SECOND = 1_000;

  private record Anchor(long millis, long nanos) {}

  private final Clock clock;
  private final LongSupplier shared;
  private final LongSupplier stopwatch;
  private volatile Anchor anchor;
  private volatile long shift;

  @Inject
  public SteadyTime(Clock clock) {
    this(clock, () -> StoreClock.millis(clock), System::nanoTime);
  }

  /** With a stopwatch of its own, for tests. */
  public SteadyTime(Clock clock, LongSupplier stopwatch) {
    this(clock, clock::millis, stopwatch);
  }

  /**
   * With a stopwatch of its own, for tests.
   *
   * @param shared the time of the clock that all nodes share
   */
  SteadyTime(Clock clock, LongSupplier shared, LongSupplier stopwatch) {
    this.clock = clock;
    this.shared = shared;
    this.stopwatch = stopwatch;
    anchor = new Anchor(shared.getAsLong(), stopwatch.getAsLong());
  }

  /** Milliseconds since 1970 UTC, unless the clock of the store was set. */
  public long millis() {
    Anchor from = anchor;
    return from.millis() + (stopwatch.getAsLong() - from.nanos()) / NANOS;
  }

  /**
   * Now as decisions tell times, in milliseconds since 1970 UTC: what is left until one of them is
   * reckoned from this, since the clock may be up to half a second away.
   */
  public long told() {
    return millis() + shift;
  }

  /** By how much this server's clock is ahead of it, in milliseconds, to the second; mostly 0. */
  public long shift() {
    return shift;
  }

  /** Comes a little nearer to the clock that all nodes share; four times a second. */
  synchronized void onTick(@Observes Tick tick) {
    Anchor from = anchor;
    long nanos = stopwatch.getAsLong();
    long passed = (nanos - from.nanos()) / NANOS;
    long now = from.millis() + passed;
    long apart = shared.getAsLong() - now;
    long most = passed / SLEW;
    if (most > 0) {
      // whole milliseconds only: what is left of one stays with the old anchor
      anchor =
          new Anchor(now + Math.max(-most, Math.min(most, apart)), from.nanos() + passed * NANOS);
    }
    shift = Math.round((double) (clock.millis() - now) / SECOND) * SECOND;
  }
}
