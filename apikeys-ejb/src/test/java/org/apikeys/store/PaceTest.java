package org.apikeys.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final AtomicInteger passes = new AtomicInteger();
  private final Pace pace = new Pace();

  private boolean work() {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
    passes.incrementAndGet();
    return true;
  }

  @Test
  void restsInProportionToWhatAPassTook() {
    long began = System.nanoTime();
    pace.run(this::work);
    while (passes.get() < 2) {
      pace.run(this::work);
      Thread.onSpinWait();
    }
    long twoPassesAndARest = System.nanoTime() - began;
    assertThat(twoPassesAndARest).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(1_100));
  }

  @Test
  void goesOnAtOnceWhereMoreWaits() {
    pace.run(() -> !work());
    pace.run(() -> !work());
    assertThat(passes).hasValue(2);
  }
}
