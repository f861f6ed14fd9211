package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.apikeys.api.cluster.Tick;
import org.apikeys.store.TestClock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The same calls on two servers, of which one has its clock set back and forth by hours: every
 * minute lets through what it does on the other.
 */
class ClockSetTest {
  private static final int LIMIT = 30;
  private static final int MINUTES = 20;
  private static final Ask CALL = new Ask(0, 1, 0);
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private static GateRules rules(Algorithm algorithm, long burst) {
    return new GateRules(
        new WindowLimits(WindowLimits.NONE, LIMIT, WindowLimits.NONE, WindowLimits.NONE),
        algorithm,
        burst,
        60_000,
        null,
        null,
        0,
        0,
        Map.of(),
        false);
  }

  /** Calls that pass in each minute of a stopwatch, of four a second. */
  private static List<Integer> passing(GateRules rules, boolean clockIsSet, long seed) {
    Random random = new Random(seed);
    TestClock clock = new TestClock(START);
    AtomicLong nanos = new AtomicLong();
    SteadyTime time = new SteadyTime(clock, nanos::get);
    GateState state = GateState.fresh();
    Counter counter = new Counter();
    List<Integer> passing = new ArrayList<>();
    for (int minute = 0; minute < MINUTES; minute++) {
      int passed = 0;
      for (int call = 0; call < 240; call++) {
        nanos.addAndGet(250_000_000);
        clock.forward(Duration.ofMillis(250));
        if (clockIsSet && random.nextInt(60) == 0) {
          clock.forward(Duration.ofSeconds(random.nextInt(20_000) - 10_000));
        }
        time.onTick(new Tick());
        long now = time.millis();
        Passage passage = new Passage(rules, state, counter, CALL, now);
        if (passage.refusal() == null) {
          passage.take(now);
          passed++;
        }
      }
      passing.add(passed);
    }
    return passing;
  }

  @ParameterizedTest
  @CsvSource({
    "FIXED, 0, 1",
    "FIXED, 45, 2",
    "SLIDING, 0, 3",
    "SLIDING, 45, 4",
    "TOKEN_BUCKET, 0, 5",
    "TOKEN_BUCKET, 10, 6"
  })
  void aClockThatIsSetBackRefillsNothingAndALeapChangesNothing(
      Algorithm algorithm, long burst, long seed) {
    GateRules rules = rules(algorithm, burst);

    List<Integer> undisturbed = passing(rules, false, seed);
    List<Integer> disturbed = passing(rules, true, seed);

    // the clock is followed by at most 4 ms a second: a window's edge moves by 5 s in 20 minutes
    int sum = undisturbed.stream().mapToInt(Integer::intValue).sum();
    assertThat(disturbed.stream().mapToInt(Integer::intValue).sum())
        .as("of %d, %s beside %s", sum, disturbed, undisturbed)
        .isBetween(sum - LIMIT - sum / 100, sum + LIMIT + sum / 100);
    long most = undisturbed.stream().mapToInt(Integer::intValue).max().orElse(0);
    assertThat(disturbed).allMatch(passed -> passed <= Math.max(most, 2 * LIMIT));
    assertThat(sum).as("there is something to compare").isGreaterThan(MINUTES / 2 * LIMIT);
  }
}
