package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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

  @ParameterizedTest
  @EnumSource(Window.class)
  void aWindowTakesItsLastCallAndRefusesTheNext(Window window) {
    Counter counter = new Counter();
    WindowLimits limits =
        new WindowLimits(
            only(window, Window.SECOND),
            only(window, Window.MINUTE),
            only(window, Window.HOUR),
            only(window, Window.DAY));

    assertThat(counter.tryTake(limits, NOW)).isNull();
    assertThat(counter.tryTake(limits, NOW)).isNull();
    assertThat(counter.tryTake(limits, NOW)).isEqualTo(window);
  }

  private static long only(Window limited, Window window) {
    return limited == window ? 2 : WindowLimits.NONE;
  }

  @Test
  void theLowerOfWhatTightensItCounts() {
    Counter counter = new Counter();
    WindowLimits limits = new WindowLimits(WindowLimits.NONE, 100, WindowLimits.NONE, 1_000);
    assertThat(counter.adaptation()).isNull();
    assertThat(counter.ownAdaptation()).isNull();
    assertThat(counter.adapted(limits)).isEqualTo(limits);

    Adaptation own = new Adaptation(50, "latency");
    counter.adapt(own);
    assertThat(counter.adaptation()).isEqualTo(own);
    counter.throttle(20);
    assertThat(counter.adaptation()).isEqualTo(new Adaptation(20, "alert"));
    assertThat(counter.ownAdaptation()).isEqualTo(own);
    assertThat(counter.adapted(limits).minute()).isEqualTo(20);
    counter.adapt(new Adaptation(60, "latency"));
    assertThat(counter.adaptation()).as("an alert's stays").isEqualTo(new Adaptation(20, "alert"));
    counter.throttle(60);
    assertThat(counter.adaptation())
        .as("of two alike the one that somebody asked for")
        .isEqualTo(new Adaptation(60, "alert"));
    counter.throttle(70);
    assertThat(counter.adaptation()).isEqualTo(new Adaptation(60, "latency"));
    counter.adapt(null);
    assertThat(counter.adaptation()).isEqualTo(new Adaptation(70, "alert"));
    assertThat(counter.ownAdaptation()).isNull();
    counter.throttle(null);
    assertThat(counter.adaptation()).isNull();
  }

  @Test
  void isIdleWhenAllIsStoredNothingTightensItAndNobodyHasItInHands() {
    Counter counter = new Counter();
    long hourLater = NOW + Window.HOUR.millis();
    counter.tryTake(WindowLimits.UNLIMITED, NOW);
    assertThat(counter.isIdleSince(hourLater)).as("not stored").isFalse();
    assertThat(counter.takeChanged(7))
        .isEqualTo(new Counter.Stored(7, NOW, 1, NOW, 1, Window.DAY.startOf(NOW), 1));
    assertThat(counter.takeChanged(7)).as("nothing has changed since").isNull();

    assertThat(counter.isIdleSince(NOW)).as("used in that minute").isFalse();
    assertThat(counter.isIdleSince(NOW + Window.MINUTE.millis())).isTrue();
    counter.throttle(50);
    assertThat(counter.isIdleSince(hourLater)).as("tightened").isFalse();
    counter.throttle(null);
    counter.keepChanged();
    assertThat(counter.isIdleSince(hourLater)).as("it could not be stored").isFalse();
    assertThat(counter.takeChanged(7)).isNotNull();
    assertThat(counter.isIdleSince(hourLater)).isTrue();
    counter.seen(hourLater);
    assertThat(counter.isIdleSince(hourLater)).isFalse();
  }

  @Test
  void whoIsCalledIsNotIdleAndWhoIsRefusedHasNothingToStore() {
    Counter taken = new Counter();
    Counter counted = new Counter();
    WindowLimits one = new WindowLimits(WindowLimits.NONE, 1, WindowLimits.NONE, 1);
    assertThat(taken.tryTake(one, NOW)).isNull();
    counted.count(Set.of(Window.MINUTE), NOW);
    assertThat(counted.used(Window.MINUTE, NOW)).as("spared").isZero();
    assertThat(counted.used(Window.HOUR, NOW)).isEqualTo(1);
    assertThat(taken.takeChanged(7)).isNotNull();
    assertThat(counted.takeChanged(8)).isNotNull();
    assertThat(taken.isIdleSince(NOW)).isFalse();
    assertThat(counted.isIdleSince(NOW)).isFalse();

    assertThat(taken.tryTake(one, NOW)).isEqualTo(Window.DAY);
    assertThat(taken.takeChanged(7)).isNull();
  }

  @Test
  void goesOnFromWhatRestedOfWindowsThatStillCount() {
    long day = Window.DAY.startOf(NOW);
    long nextDay = Window.DAY.endOf(NOW);
    Counter counter = Counter.restored(new Counter.Stored(7, NOW, 3, NOW, 5, day, 9), NOW);
    assertThat(used(counter, NOW)).containsExactly(0L, 3L, 5L, 9L);
    assertThat(counter.takeChanged(7)).as("that rests already").isNull();
    assertThat(counter.tryTake(new WindowLimits(9, 9, 9, 9), NOW)).isEqualTo(Window.DAY);

    Counter newDay = Counter.restored(new Counter.Stored(7, NOW, 3, NOW, 5, nextDay, 2), nextDay);
    assertThat(used(newDay, nextDay)).containsExactly(0L, 0L, 0L, 2L);
    Counter oldDay =
        Counter.restored(new Counter.Stored(7, nextDay, 3, nextDay, 5, day, 9), nextDay);
    assertThat(used(oldDay, nextDay)).containsExactly(0L, 3L, 5L, 0L);
  }

  @Test
  void whatWasCountedByAClockThatWasAheadCountsInTheWindowsOfNowAndNoLonger() {
    long ahead = NOW + 400 * Window.DAY.millis();
    Counter counter =
        Counter.restored(
            new Counter.Stored(7, ahead, 3, ahead, 5, Window.DAY.startOf(ahead), 9), NOW);
    assertThat(used(counter, NOW)).containsExactly(0L, 3L, 5L, 9L);
    assertThat(counter.start(Window.DAY, NOW)).isEqualTo(Window.DAY.startOf(NOW));
    assertThat(counter.tryTake(new WindowLimits(9, 3, 9, 99), NOW)).isEqualTo(Window.MINUTE);

    long next = NOW + Window.MINUTE.millis();
    assertThat(counter.tryTake(new WindowLimits(9, 3, 99, 99), next)).isNull();
    assertThat(used(counter, next).get(1)).isEqualTo(1);
    assertThat(used(counter, Window.DAY.endOf(NOW))).containsExactly(0L, 0L, 0L, 0L);
  }

  @Test
  void moreThanAWindowHoldsStaysTheMost() {
    long day = Window.DAY.startOf(NOW);
    Counter counter =
        Counter.restored(new Counter.Stored(7, NOW, 1L << 40, NOW, 1L << 40, day, 1L << 40), NOW);
    counter.count(0, NOW);

    assertThat(used(counter, NOW))
        .containsExactly(1L, (long) Integer.MAX_VALUE, (long) Integer.MAX_VALUE, (1L << 40) + 1);
  }

  private static List<Long> used(Counter counter, long now) {
    return Arrays.stream(Window.values()).map(window -> counter.used(window, now)).toList();
  }

  @Test
  void hasNothingLeftOfAWindowThatWasOverdrawnElsewhere() {
    Counter counter = new Counter();
    WindowLimits limits = new WindowLimits(WindowLimits.NONE, 2, WindowLimits.NONE, 9);
    assertThat(counter.left(limits, Window.MINUTE, NOW)).isEqualTo(2);
    for (int i = 0; i < 3; i++) {
      counter.count(0, NOW);
    }

    assertThat(counter.left(limits, Window.MINUTE, NOW)).isZero();
    assertThat(counter.left(limits, Window.DAY, NOW)).isEqualTo(6);
  }

  @Test
  void oneThatIsNotSharedHoldsNothingOfOthers() {
    Counter counter = new Counter();
    counter.tryTake(WindowLimits.UNLIMITED, NOW);
    counter.refresh(NOW);
    counter.giveBack();

    assertThat(counter.holdsPart()).isFalse();
    assertThat(counter.used(Window.DAY, NOW)).isEqualTo(1);
  }

  @Test
  void anAllowanceIsToldByTheClockThatThoseWhoCallSee() {
    Allowance allowance = new Allowance(Window.MINUTE, 3, 2, NOW);
    assertThat(allowance.shifted(500)).isEqualTo(new Allowance(Window.MINUTE, 3, 2, NOW + 500));
    assertThat(allowance.shifted(0)).isEqualTo(allowance);
    assertThat(Allowance.UNLIMITED.shifted(500)).isEqualTo(Allowance.UNLIMITED);
  }
}
