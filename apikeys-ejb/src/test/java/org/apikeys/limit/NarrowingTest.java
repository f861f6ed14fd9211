package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Random;
import org.apikeys.limit.RateLimits.Burst;
import org.apikeys.limit.RateLimits.Requests;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Limits that are within others let through no more than these: of whatever calls, at no time. So
 * nobody gets more by a change that needs no approval.
 */
class NarrowingTest {
  private static final long NOW = Instant.parse("2026-03-14T15:09:26Z").toEpochMilli();
  private static final Ask CALL = new Ask(0, 1, 0);
  private static final int PAIRS = 40_000;
  private static final int CALLS = 150;

  /** A key under its limits, and how many calls it has had. */
  private static final class Caller {
    private final GateRules rules;
    private final GateState state = GateState.fresh();
    private final Counter counter = new Counter();
    private int taken;

    Caller(RateLimits limits) {
      rules = GateRules.compiled(limits, null, false);
    }

    void call(long now) {
      Passage passage = new Passage(rules, state, counter, CALL, now);
      if (passage.refusal() == null) {
        passage.take(now);
        taken++;
      }
    }
  }

  private static RateLimits limits(Random random, Algorithm algorithm) {
    @Nullable Long[] calls = new @Nullable Long[4];
    for (int i = 0; i < 3; i++) {
      calls[i] = random.nextInt(3) == 0 ? null : Long.valueOf(1 + random.nextInt(8 << i));
    }
    calls[random.nextInt(3)] = 1L + random.nextInt(12);
    Burst burst =
        random.nextInt(3) == 0
            ? null
            : new Burst(
                random.nextInt(6) > 0,
                1L + random.nextInt(20),
                random.nextBoolean() ? null : Long.valueOf(1 + random.nextInt(120)));
    return new RateLimits(
        new Requests(calls[0], calls[1], calls[2], null),
        burst,
        null,
        null,
        null,
        algorithm.word(),
        null);
  }

  /** Mostly a bunch of calls, and now and then a pause of each length. */
  private static long step(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> random.nextInt(4_000_000);
      case 1, 2 -> random.nextInt(70_000);
      case 3, 4, 5 -> random.nextInt(1_200);
      default -> random.nextInt(40);
    };
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void whatIsWithinLetsNoMoreThrough(Algorithm algorithm) {
    Random random = new Random(algorithm.word().hashCode());
    int tried = 0;
    for (int pair = 0; pair < PAIRS; pair++) {
      boolean slides = algorithm == Algorithm.FIXED && random.nextBoolean();
      RateLimits narrow = limits(random, slides ? Algorithm.SLIDING : algorithm);
      RateLimits wide = limits(random, algorithm);
      if (narrow.isWithin(wide)) {
        tried++;
        compare(narrow, wide, random);
      }
    }
    assertThat(tried).isGreaterThan(PAIRS / 100);
  }

  private static void compare(RateLimits narrow, RateLimits wide, Random random) {
    Caller one = new Caller(narrow);
    Caller other = new Caller(wide);
    long now = NOW;
    for (int i = 0; i < CALLS; i++) {
      now += step(random);
      one.call(now);
      other.call(now);
      if (one.taken > other.taken) {
        throw new AssertionError(
            one.taken + " and not " + other.taken + " of " + i + ": " + narrow + " in " + wide);
      }
    }
  }
}
