package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CounterTest {
  private static final long NOW = 1_772_366_400_000L;

  /** The same rules, written plainly and for one thread. */
  private static final class Model {
    private final Map<Window, Long> starts = new EnumMap<>(Window.class);
    private final Map<Window, Long> used = new EnumMap<>(Window.class);

    /** A window begins anew when a call is taken in it, and not when one looks or is refused. */
    long used(Window window, long now) {
      boolean fresh = now - now % window.millis() > starts.getOrDefault(window, 0L);
      return fresh ? 0 : used.getOrDefault(window, 0L);
    }

    boolean isTaken(WindowLimits limits, long now) {
      for (Window window : Window.values()) {
        if (used(window, now) >= limits.of(window)) {
          return false;
        }
      }
      for (Window window : Window.values()) {
        used.put(window, used(window, now) + 1);
        starts.merge(window, now - now % window.millis(), Math::max);
      }
      return true;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void countsAsThePlainModelDoes(long seed) {
    Random random = new Random(seed);
    Counter counter = new Counter();
    Model model = new Model();
    WindowLimits limits =
        new WindowLimits(
            1 + random.nextInt(5),
            1 + random.nextInt(50),
            1 + random.nextInt(300),
            1 + random.nextInt(900));
    long now = NOW;
    for (int i = 0; i < 20_000; i++) {
      now +=
          switch (random.nextInt(100)) {
            case 0 -> -random.nextInt(100_000); // the clock was set back
            case 1 -> random.nextInt(90_000_000); // a leap of up to a day
            case 2, 3, 4 -> random.nextInt(70_000);
            default -> random.nextInt(400);
          };
      assertThat(counter.tryTake(limits, now) == null)
          .as("seed %d, call %d", seed, i)
          .isEqualTo(model.isTaken(limits, now));
      for (Window window : Window.values()) {
        assertThat(counter.used(window, now)).isEqualTo(model.used(window, now));
      }
    }
  }

  @Test
  void takesExactlyTheLimitInParallel() throws InterruptedException {
    Counter counter = new Counter();
    WindowLimits limits = new WindowLimits(WindowLimits.NONE, 100, 1_000, WindowLimits.NONE);
    AtomicInteger taken = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(10);
    CountDownLatch start = new CountDownLatch(1);
    for (int i = 0; i < 500; i++) {
      threads.execute(
          () -> {
            try {
              start.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            if (counter.tryTake(limits, NOW) == null) {
              taken.incrementAndGet();
            }
          });
    }
    start.countDown();
    threads.shutdown();

    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(taken).hasValue(100);
    assertThat(counter.used(Window.DAY, NOW)).isEqualTo(100);
  }

  @Test
  void aRefusedCallTakesNothingFromAnyWindow() {
    Counter counter = new Counter();
    WindowLimits limits = new WindowLimits(10, 10, 1, 10);
    counter.tryTake(limits, NOW);

    for (int i = 0; i < 50; i++) {
      assertThat(counter.tryTake(limits, NOW)).isEqualTo(Window.HOUR);
    }
    for (Window window : Window.values()) {
      assertThat(counter.used(window, NOW)).isEqualTo(1);
    }
  }

  @Test
  void givesNothingBackWhenTheClockIsSetBack() {
    Counter counter = new Counter();
    WindowLimits limits = new WindowLimits(WindowLimits.NONE, 1, WindowLimits.NONE, 100);
    assertThat(counter.tryTake(limits, NOW)).isNull();

    assertThat(counter.tryTake(limits, NOW - 60_000)).isEqualTo(Window.MINUTE);
    assertThat(counter.start(Window.MINUTE, NOW - 60_000)).isEqualTo(NOW);
    assertThat(counter.tryTake(limits, NOW + 60_000)).isNull();
  }

  @Test
  void isAskedForWithoutTaking() {
    Counter counter = new Counter();
    WindowLimits limits = new WindowLimits(WindowLimits.NONE, 3, 10, WindowLimits.NONE);
    counter.tryTake(limits, NOW);

    assertThat(Allowance.of(limits, counter, NOW))
        .isEqualTo(new Allowance(Window.MINUTE, 3, 2, NOW + 60_000));
    assertThat(Allowance.of(limits, counter, NOW)).isEqualTo(Allowance.of(limits, counter, NOW));
    assertThat(Allowance.of(WindowLimits.UNLIMITED, counter, NOW)).isEqualTo(Allowance.UNLIMITED);
  }

  @Test
  void namesTheWindowWithTheFewestCallsLeft() {
    Counter counter = new Counter();
    counter.tryTake(WindowLimits.UNLIMITED, NOW);
    WindowLimits limits = new WindowLimits(WindowLimits.NONE, 10, 5, 20);

    assertThat(Allowance.of(limits, counter, NOW).window()).isEqualTo(Window.HOUR);
    assertThat(Allowance.of(limits, counter, NOW + 3_600_000).remaining()).isEqualTo(5);
    assertThat(Allowance.of(Window.DAY, 0, counter, NOW).remaining()).as("never below").isZero();
  }

  @Test
  void knowsWhichLimitsAreWithinOthers() {
    RateLimits ten = RateLimits.perMinute(10);
    assertThat(ten.isWithin(RateLimits.perMinute(10))).isTrue();
    assertThat(ten.isWithin(RateLimits.perMinute(9))).isFalse();
    assertThat(ten.isWithin(RateLimits.NO_LIMIT)).isTrue();
    assertThat(RateLimits.NO_LIMIT.isWithin(ten)).isFalse();
    assertThat(RateLimits.NO_LIMIT.isWithin(RateLimits.NO_LIMIT)).isTrue();
    assertThat(RateLimits.DEFAULT.isWithin(RateLimits.perMinute(100))).isTrue();
    assertThat(RateLimits.perMinute(1).isWithin(RateLimits.DEFAULT)).as("no day").isFalse();
    assertThat(payload(null).isWithin(payload(5L))).isFalse();
    assertThat(payload(5L).isWithin(payload(5L))).isTrue();
    assertThat(payload(6L).isWithin(payload(5L))).isFalse();
    assertThat(payload(6L).isWithin(payload(null))).isTrue();
  }

  private static RateLimits payload(@Nullable Long bytes) {
    return new RateLimits(null, null, null, null, bytes, "fixed", null);
  }
}
