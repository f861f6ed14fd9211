package org.apikeys.start;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apikeys.store.PeriodicJob;
import org.apikeys.store.StoreReach;

/**
 * A job that survives its failures, and says so once until it works again. Errors too, such as of
 * memory that was short for a moment: a timer whose task throws runs it no more, and says nothing.
 */
final class Repeated implements Runnable {
  private static final System.Logger LOG = System.getLogger(Work.class.getName());

  private final PeriodicJob job;
  private final ReentrantLock running = new ReentrantLock();
  private boolean failing;

  Repeated(PeriodicJob job) {
    this.job = job;
  }

  /** At the stop: what a run has begun is not to be cut off by the end of the store. */
  void awaitEnd(long nanos) {
    try {
      if (running.tryLock(nanos, TimeUnit.NANOSECONDS)) {
        running.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void run() {
    running.lock();
    try {
      if (job.needsStore()) {
        StoreReach.require();
      }
      job.work().run();
      if (failing) {
        LOG.log(System.Logger.Level.INFO, "{0} works again.", job.name());
      }
      failing = false;
    } catch (RuntimeException | Error e) {
      if (!failing) {
        LOG.log(System.Logger.Level.WARNING, job.name() + " fails; it is tried again.", e);
      }
      failing = true;
    } finally {
      running.unlock();
    }
  }
}
