package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apikeys.api.verify.DecisionCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each algorithm against the same rules, written plainly and with all the memory they want. */
class WindowsModelTest {
  private static final long NOW = 1_772_366_400_123L;
  private static final Ask CALL = new Ask(0, 1, 0);

  /** Remembers every call; a call leaves a window with the whole slot that it was made in. */
  private static final class SlidingModel {
    private final Deque<Long> calls = new ArrayDeque<>();

    boolean isTaken(WindowLimits limits, long now) {
      calls.removeIf(at -> at < now - 2 * Window.DAY.millis());
      for (Window window : Window.values()) {
        long slot = window.millis() / SlidingWindows.SLOTS;
        long first = Math.floorDiv(now, slot) - SlidingWindows.SLOTS;
        long used = calls.stream().filter(at -> Math.floorDiv(at, slot) >= first).count();
        if (used >= limits.of(window)) {
          return false;
        }
      }
      calls.add(now);
      return true;
    }

    /** Calls in the span of the window's length that ends now. */
    long inSpan(Window window, long now) {
      return calls.stream().filter(at -> at > now - window.millis()).count();
    }
  }

  /** Decimal numbers of tokens, which come in evenly. */
  private static final class BucketModel {
    private final Map<Window, BigDecimal> tokens = new EnumMap<>(Window.class);
    private long at = NOW;

    boolean isTaken(WindowLimits limits, Map<Window, Long> sizes, long now) {
      BigDecimal passed = BigDecimal.valueOf(now - at);
      at = now;
      boolean taken = true;
      for (Window window : Window.values()) {
        BigDecimal size = BigDecimal.valueOf(sizes.getOrDefault(window, 0L));
        BigDecimal came =
            passed
                .multiply(BigDecimal.valueOf(limits.of(window)))
                .divide(BigDecimal.valueOf(window.millis()), 30, RoundingMode.HALF_UP);
        tokens.put(window, tokens.getOrDefault(window, size).add(came).min(size));
        // what is missing by rounding in the thirtieth place is no token
        taken &=
            tokens
                    .getOrDefault(window, size)
                    .setScale(15, RoundingMode.HALF_UP)
                    .compareTo(BigDecimal.ONE)
                >= 0;
      }
      if (taken) {
        tokens.replaceAll((window, there) -> there.subtract(BigDecimal.ONE));
      }
      return taken;
    }
  }

  private static GateRules rules(WindowLimits limits, Algorithm algorithm, long maxBurst) {
    return new GateRules(limits, algorithm, maxBurst, 60_000, null, null, 0, 0, Map.of(), false);
  }

  private static boolean tryTake(GateRules rules, GateState state, Counter counter, long now) {
    Passage passage = new Passage(rules, state, counter, CALL, now);
    boolean passes = passage.refusal() == null;
    if (passes) {
      passage.take(now);
    }
    return passes;
  }

  private static long step(Random random) {
    return switch (random.nextInt(100)) {
      case 0 -> random.nextInt(90_000_000);
      case 1, 2, 3 -> random.nextInt(70_000);
      default -> random.nextInt(400);
    };
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void slidesAsThePlainModelDoes(long seed) {
    Random random = new Random(seed);
    WindowLimits limits =
        new WindowLimits(
            1 + random.nextInt(5),
            1 + random.nextInt(40),
            1 + random.nextInt(100),
            1 + random.nextInt(300));
    GateRules rules = rules(limits, Algorithm.SLIDING, 0);
    GateState state = GateState.fresh();
    SlidingModel model = new SlidingModel();
    long now = NOW;
    for (int i = 0; i < 3_000; i++) {
      now += step(random);
      if (i % 500 == 250) {
        state = GateState.read(state.write());
      }
      assertThat(tryTake(rules, state, new Counter(), now))
          .as("seed %d, call %d", seed, i)
          .isEqualTo(model.isTaken(limits, now));
      for (Window window : Window.values()) {
        assertThat(model.inSpan(window, now)).isLessThanOrEqualTo(limits.of(window));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void fillsBucketsAsThePlainModelDoes(long seed) {
    Random random = new Random(seed);
    WindowLimits limits =
        new WindowLimits(
            1 + random.nextInt(5),
            1 + random.nextInt(40),
            1 + random.nextInt(300),
            1 + random.nextInt(900));
    long burst = random.nextBoolean() ? 0 : 1 + random.nextInt((int) limits.second());
    GateRules rules = rules(limits, Algorithm.TOKEN_BUCKET, burst);
    Map<Window, Long> sizes = new EnumMap<>(Window.class);
    for (Window window : Window.values()) {
      sizes.put(window, rules.bucket(window).size());
    }
    GateState state = GateState.fresh();
    BucketModel model = new BucketModel();
    long now = NOW;
    for (int i = 0; i < 5_000; i++) {
      now += step(random);
      if (i % 500 == 250) {
        state = GateState.read(state.write());
      }
      assertThat(tryTake(rules, state, new Counter(), now))
          .as("seed %d, call %d", seed, i)
          .isEqualTo(model.isTaken(limits, sizes, now));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"FIXED", "SLIDING", "TOKEN_BUCKET"})
  void aRefusedCallTakesNothingAndAClockSetBackRefillsNothing(Algorithm algorithm) {
    WindowLimits limits = new WindowLimits(WindowLimits.NONE, 3, WindowLimits.NONE, 5);
    GateRules rules = rules(limits, algorithm, 0);
    GateState state = GateState.fresh();
    Counter counter = new Counter();
    for (int i = 0; i < 3; i++) {
      assertThat(tryTake(rules, state, counter, NOW)).isTrue();
    }
    for (int i = 0; i < 100; i++) {
      assertThat(tryTake(rules, state, counter, NOW - i * 60_000L)).isFalse();
    }
    long later = NOW + 150_000;
    assertThat(tryTake(rules, state, counter, later)).isTrue();
    assertThat(tryTake(rules, state, counter, later)).isTrue();
    Passage sixth = new Passage(rules, state, counter, CALL, later);
    if (algorithm != Algorithm.TOKEN_BUCKET) {
      assertThat(sixth.refusal()).isEqualTo(DecisionCode.RATE_LIMITED);
      assertThat(sixth.allowance().window()).as("of the day").isEqualTo(Window.DAY);
    }
    assertThat(sixth.retryAt(DecisionCode.RATE_LIMITED)).isGreaterThanOrEqualTo(later);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FIXED", "SLIDING", "TOKEN_BUCKET"})
  void theCallIsTakenAtTheInstantThatWasSaidAndNotBefore(Algorithm algorithm) {
    for (long limit : new long[] {1, 3, 7}) {
      GateRules rules =
          rules(
              new WindowLimits(WindowLimits.NONE, limit, WindowLimits.NONE, WindowLimits.NONE),
              algorithm,
              0);
      GateState state = GateState.fresh();
      Counter counter = new Counter();
      assertThat(taken(rules, state, counter, NOW)).isEqualTo(limit);

      long at =
          new Passage(rules, state, counter, CALL, NOW + 1).retryAt(DecisionCode.RATE_LIMITED);

      assertThat(at).isBetween(NOW + 2, NOW + 2 * Window.MINUTE.millis());
      assertThat(new Passage(rules, state, counter, CALL, at - 1).refusal())
          .as("%d a minute, before", limit)
          .isEqualTo(DecisionCode.RATE_LIMITED);
      assertThat(new Passage(rules, state, counter, CALL, at).refusal())
          .as("%d a minute, then", limit)
          .isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"FIXED", "SLIDING", "TOKEN_BUCKET"})
  void aBurstComesOnceInItsWindowAndTheLongerWindowsStay(Algorithm algorithm) {
    GateRules rules =
        rules(new WindowLimits(10, 45, WindowLimits.NONE, WindowLimits.NONE), algorithm, 25);
    GateState state = GateState.fresh();
    Counter counter = new Counter();
    assertThat(taken(rules, state, counter, NOW)).as("all at once").isEqualTo(25);
    int later = 0;
    for (int second = 2; second < 5; second++) {
      int now = taken(rules, state, counter, NOW + second * 1_000L);
      assertThat(now).as("the burst is not back yet").isLessThanOrEqualTo(11);
      later += now;
    }
    assertThat(25 + later).as("in the minute").isLessThanOrEqualTo(49);
    assertThat(taken(rules, state, counter, NOW + 600_000)).as("it is back").isEqualTo(25);
  }

  private static int taken(GateRules rules, GateState state, Counter counter, long now) {
    int taken = 0;
    while (taken < 1_000 && tryTake(rules, state, counter, now)) {
      taken++;
    }
    return taken;
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void tellsHowEachLimitedWindowStands(Algorithm algorithm) {
    GateRules rules =
        rules(new WindowLimits(WindowLimits.NONE, 10, WindowLimits.NONE, 20), algorithm, 0);
    GateState state = GateState.fresh();
    Counter counter = new Counter();
    for (int i = 0; i < 3; i++) {
      assertThat(tryTake(rules, state, counter, NOW)).isTrue();
    }

    List<WindowState> states = new Passage(rules, state, counter, CALL, NOW).windowStates();

    assertThat(states)
        .extracting(one -> one.allowance().window())
        .containsExactly(Window.MINUTE, Window.DAY);
    assertThat(states).extracting(WindowState::used).containsExactly(3L, 3L);
    assertThat(states).extracting(one -> one.allowance().remaining()).containsExactly(7L, 17L);
    long start = states.get(0).startMillis();
    switch (algorithm) {
      case FIXED -> assertThat(start).isEqualTo(Window.MINUTE.startOf(NOW));
      case SLIDING -> assertThat(start).isBetween(NOW - 63_000, NOW - 60_000);
      case TOKEN_BUCKET -> assertThat(start).isEqualTo(NOW - 60_000);
    }
  }

  @Test
  void aWindowWithoutALimitIsNoBucket() {
    GateRules rules =
        rules(
            new WindowLimits(WindowLimits.NONE, 10, WindowLimits.NONE, WindowLimits.NONE),
            Algorithm.TOKEN_BUCKET,
            0);
    BucketWindows windows = BucketWindows.of(new long[0]);
    windows.take(rules, null, 0, NOW);
    windows.take(rules, Window.MINUTE, 0, NOW);

    assertThat(windows.left(rules, Window.MINUTE, NOW)).as("once spared").isEqualTo(9);
    assertThat(windows.left(rules, Window.HOUR, NOW)).isEqualTo(WindowLimits.NONE);
    assertThat(windows.used(rules, Window.HOUR, NOW)).isZero();
  }

  @Test
  void aBucketOwesWhatWasTakenBeyondItAndNoMoreThanItCanCount() {
    Bucket.Shape shape = new Bucket.Shape(10, 10, 1_000);
    Bucket bucket = new Bucket();
    bucket.take(shape, 15, NOW);
    assertThat(bucket.tokens(shape, NOW)).isZero();
    assertThat(bucket.isOpen(shape, NOW)).isFalse();
    assertThat(bucket.isOpen(shape, NOW + 500)).as("paid, and nothing more").isFalse();
    assertThat(bucket.isOpen(shape, NOW + 501)).isTrue();
    assertThat(bucket.holdsAt(shape, 1, NOW)).isEqualTo(NOW + 600);
    assertThat(bucket.tokens(shape, NOW + 599)).isZero();
    assertThat(bucket.tokens(shape, NOW + 600)).isEqualTo(1);
    assertThat(bucket.holdsAt(shape, 10, NOW)).isEqualTo(NOW + 1_500);
    assertThat(bucket.tokens(shape, NOW + 1_500)).isEqualTo(10);
    assertThat(bucket.tokens(shape, Long.MAX_VALUE / 2)).as("never more").isEqualTo(10);
    assertThat(bucket.holdsAt(shape, 3, NOW + 1_500)).isEqualTo(NOW + 1_500);

    for (int i = 0; i < 2_000; i++) {
      bucket.take(shape, 1L << 50, NOW);
    }
    assertThat(bucket.isOpen(shape, NOW)).isFalse();
    assertThat(bucket.holdsAt(shape, 1, NOW)).isGreaterThan(NOW);
  }
}
