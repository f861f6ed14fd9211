package org.apikeys.key;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;

/**
 * Lets few presented keys at a time be compared with slow hashes. Whoever presents made-up keys
 * that begin like an imported one has each compared, which may take seconds, and needs no key of
 * their own: all that such a flood can do is to have other keys of this kind wait for their first
 * use.
 */
final class SlowTurns {
  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final Semaphore free;

  /** Half of the processors are left to everything else. */
  SlowTurns() {
    this(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
  }

  SlowTurns(int atOnce) {
    free = new Semaphore(atOnce);
  }

  /**
   * Works when it is one's turn.
   *
   * @throws ProblemException 503 when that takes too long
   */
  <T> T inTurn(Supplier<T> work) {
    if (!isTurn()) {
      throw ProblemException.retryAfter(
          ProblemType.STORE_UNAVAILABLE,
          "Too many keys are compared with slow hashes of another system at this moment.",
          AGAIN);
    }
    try {
      return work.get();
    } finally {
      free.release();
    }
  }

  private boolean isTurn() {
    try {
      return free.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
