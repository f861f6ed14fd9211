package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.apikeys.api.cluster.Tick;
import org.apikeys.store.TestClock;
import org.junit.jupiter.api.Test;

class SteadyTimeTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private final TestClock clock = new TestClock(START);
  private final AtomicLong nanos = new AtomicLong();
  private final SteadyTime time = new SteadyTime(clock, nanos::get);

  private void pass(Duration duration) {
    for (long millis = 0; millis < duration.toMillis(); millis += 250) {
      nanos.addAndGet(250_000_000);
      clock.forward(Duration.ofMillis(250));
      time.onTick(new Tick());
    }
  }

  @Test
  void goesWithTheClock() {
    pass(Duration.ofMinutes(5));
    assertThat(time.millis()).isEqualTo(clock.millis());
    assertThat(time.shift()).isZero();
  }

  @Test
  void neitherLeapsNorGoesBackWithTheClock() {
    pass(Duration.ofMinutes(1));
    clock.forward(Duration.ofHours(1));
    pass(Duration.ofMinutes(1));
    assertThat(time.millis() - START.toEpochMilli()).isBetween(120_000L, 120_250L);
    assertThat(time.shift()).isEqualTo(Duration.ofHours(1).toMillis());

    clock.forward(Duration.ofHours(-2));
    pass(Duration.ofMinutes(1));
    assertThat(time.millis() - START.toEpochMilli()).isBetween(179_750L, 180_250L);
    assertThat(time.millis() + time.shift()).isBetween(clock.millis() - 500, clock.millis() + 500);
  }

  @Test
  void comesBackToTheClockInSmallSteps() {
    clock.forward(Duration.ofSeconds(1));
    pass(Duration.ofSeconds(251));
    assertThat(time.millis()).isEqualTo(clock.millis());
    assertThat(time.shift()).isZero();
  }

  @Test
  void goesByTheClockThatAllNodesShareAndTellsTimesByItsOwn() {
    long hour = Duration.ofHours(1).toMillis();
    SteadyTime ahead = new SteadyTime(clock, () -> clock.millis() - hour, nanos::get);
    ahead.onTick(new Tick());
    assertThat(ahead.millis()).isEqualTo(clock.millis() - hour);
    assertThat(ahead.told()).isEqualTo(clock.millis());

    SteadyTime set = new SteadyTime(clock, START::toEpochMilli, nanos::get);
    clock.forward(Duration.ofHours(-1));
    set.onTick(new Tick());
    assertThat(set.millis()).as("its own is set").isEqualTo(START.toEpochMilli());
    assertThat(set.told()).isEqualTo(clock.millis());
  }

  @Test
  void goesOnBetweenTheTicks() {
    pass(Duration.ofSeconds(1));
    nanos.addAndGet(120_000_000);
    assertThat(time.millis()).isEqualTo(START.toEpochMilli() + 1_120);
  }

  @Test
  void whatIsLeftUntilATimeThatWasToldIsExactWithAClockThatIsAMomentAway() {
    for (int away : new int[] {-400, -3, 3, 400, 90_003}) {
      clock.forward(Duration.ofMillis(away));
      time.onTick(new Tick());
      long inASecond = time.millis() + 1_000 + time.shift();
      assertThat(inASecond - time.told()).isEqualTo(1_000);
      assertThat(time.told()).isBetween(clock.millis() - 500, clock.millis() + 500);
    }
  }
}
