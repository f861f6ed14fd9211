package org.apikeys.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoreClockTest {
  private static final long NOON = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
  private static final TestClock OWN = new TestClock(Instant.ofEpochMilli(NOON));

  @AfterEach
  void forget() {
    StoreClock.forget();
  }

  @Test
  void isThisMachinesUntilItIsHeardOf() {
    assertThat(StoreClock.millis(OWN)).isEqualTo(NOON);
  }

  @Test
  void isAsFarAwayAsItWasToldInTheMiddleOfTheQuestion() {
    StoreClock.tell(NOON - 3_600_000, NOON - 100, NOON + 100);
    assertThat(StoreClock.ahead()).isEqualTo(Duration.ofHours(-1));
    assertThat(StoreClock.millis(OWN)).isEqualTo(NOON - 3_600_000);
  }

  @Test
  void aSecondIsNoDifference() {
    StoreClock.tell(NOON + 5_000, NOON, NOON);
    StoreClock.tell(NOON + 1_000, NOON, NOON);
    assertThat(StoreClock.ahead()).isZero();
    StoreClock.tell(NOON + 1_001, NOON, NOON);
    assertThat(StoreClock.ahead()).isEqualTo(Duration.ofMillis(1_001));
  }

  @Test
  void nothingIsLearntFromAnAnswerThatTookLongOrWhileTheClockWasSet() {
    StoreClock.tell(NOON + 9_000, NOON, NOON + 1_001);
    StoreClock.tell(NOON + 9_000, NOON, NOON - 1);
    assertThat(StoreClock.ahead()).isZero();
  }
}
