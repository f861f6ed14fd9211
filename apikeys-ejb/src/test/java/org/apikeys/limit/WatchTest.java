package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each signal to its last call, and no longer than for a minute. */
class WatchTest {
  private static final long NOON = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
  private static final long SLOT = LastMinute.SLOT_MILLIS;
  private static final long MINUTE = 60_000;

  private final Watch watch = new Watch();

  private static AdaptiveRule rule(String signal, double above, long calls) {
    return new AdaptiveRule(signal, above, calls, 50, 10, Duration.ofMinutes(1));
  }

  private void tell(int calls, boolean failed, @Nullable Long micros, long now) {
    for (int i = 0; i < calls; i++) {
      watch.tell(failed, micros, now);
    }
  }

  @Test
  void moreThanAShareOfEnoughCallsMustHaveFailed() {
    AdaptiveRule half = rule(AdaptiveRule.ERROR_RATE, 0.5, 4);
    tell(3, true, null, NOON);
    assertThat(watch.breaks(half, NOON)).as("too few").isFalse();
    tell(3, false, null, NOON);
    assertThat(watch.breaks(half, NOON)).as("half, and not more").isFalse();
    tell(1, true, null, NOON);
    assertThat(watch.breaks(half, NOON)).isTrue();
    assertThat(watch.breaks(rule(AdaptiveRule.ERROR_RATE, 0.5, 7), NOON)).isTrue();
    assertThat(watch.breaks(rule(AdaptiveRule.ERROR_RATE, 0.5, 8), NOON)).isFalse();
  }

  @Test
  void theMeanOfEnoughCallsMustHaveBeenSlow() {
    AdaptiveRule slow = rule(AdaptiveRule.LATENCY, 2.0, 3);
    tell(5, false, null, NOON);
    tell(2, false, 4_000_000L, NOON);
    assertThat(watch.breaks(slow, NOON)).as("of too few the time is known").isFalse();
    tell(2, false, 0L, NOON);
    assertThat(watch.breaks(slow, NOON)).as("two seconds, and not more").isFalse();
    tell(1, false, 2_000_001L, NOON);
    assertThat(watch.breaks(slow, NOON)).isTrue();
    assertThat(watch.breaks(rule(AdaptiveRule.LATENCY, 2.0, 5), NOON)).isTrue();
    assertThat(watch.breaks(rule(AdaptiveRule.LATENCY, 2.0, 6), NOON)).isFalse();
  }

  @Test
  void whatIsUsualIsKnownAfterTenMinutes() {
    AdaptiveRule triple = rule(AdaptiveRule.VOLUME, 3.0, 31);
    long now = NOON;
    for (int minute = 0; minute < 9; minute++) {
      watch.count(10, now);
      watch.learn(now);
      watch.learn(now + 1);
      now += MINUTE;
    }
    watch.count(31, now);
    assertThat(watch.breaks(triple, now)).as("nine minutes").isFalse();
    watch.begin();
    watch.count(10, now);
    watch.learn(now);
    now += MINUTE;

    watch.count(30, now);
    assertThat(watch.breaks(rule(AdaptiveRule.VOLUME, 3.0, 30), now))
        .as("three times ten, and not more")
        .isFalse();
    watch.count(1, now);
    assertThat(watch.breaks(triple, now)).isTrue();
    assertThat(watch.breaks(rule(AdaptiveRule.VOLUME, 3.0, 32), now)).isFalse();
    assertThat(watch.breaks(rule(AdaptiveRule.VOLUME, 3.2, 31), now)).isFalse();
  }

  @Test
  void whatIsUsualFollowsSlowly() {
    long now = NOON;
    for (int minute = 0; minute < 120; minute++) {
      watch.count(100, now);
      watch.learn(now);
      now += MINUTE;
    }
    watch.count(700, now);
    watch.learn(now);
    now += MINUTE;
    // one minute in sixty: 100 + 600 / 60
    watch.count(1_000, now);
    assertThat(watch.breaks(rule(AdaptiveRule.VOLUME, 9.05, 1), now)).isTrue();
    assertThat(watch.breaks(rule(AdaptiveRule.VOLUME, 9.12, 1), now)).isFalse();
  }

  @Test
  void aCallCountsForAMinute() {
    watch.count(1, NOON);
    watch.count(2, NOON + SLOT);
    assertThat(watch.calls(NOON + SLOT)).isEqualTo(3);
    assertThat(watch.calls(NOON)).as("what comes later does not count yet").isEqualTo(1);
    assertThat(watch.calls(NOON + MINUTE - 1)).isEqualTo(3);
    assertThat(watch.calls(NOON + MINUTE)).isEqualTo(2);
    assertThat(watch.calls(NOON + MINUTE + SLOT)).isZero();
  }

  @Test
  void aSlotBeginsAnewAfterAMinute() {
    AdaptiveRule anyError = rule(AdaptiveRule.ERROR_RATE, 0.1, 2);
    AdaptiveRule slow = rule(AdaptiveRule.LATENCY, 1.0, 1);
    watch.count(5, NOON);
    tell(1, true, 9_000_000L, NOON);
    tell(2, false, 1_000L, NOON + MINUTE);

    assertThat(watch.calls(NOON + MINUTE)).isZero();
    assertThat(watch.breaks(anyError, NOON + MINUTE)).isFalse();
    assertThat(watch.breaks(slow, NOON + MINUTE)).isFalse();
    assertThat(watch.breaks(rule(AdaptiveRule.ERROR_RATE, 0.1, 3), NOON + MINUTE)).isFalse();
  }

  @Test
  void aStepIsJudgedByWhatComesAfterIt() {
    tell(5, true, null, NOON);
    watch.begin();
    assertThat(watch.breaks(rule(AdaptiveRule.ERROR_RATE, 0.5, 1), NOON)).isFalse();
    tell(1, true, null, NOON);
    assertThat(watch.breaks(rule(AdaptiveRule.ERROR_RATE, 0.5, 1), NOON)).isTrue();
    assertThat(watch.breaks(rule(AdaptiveRule.ERROR_RATE, 0.5, 2), NOON)).isFalse();
  }

  @Test
  void isQuietAfterItsLastCall() {
    assertThat(watch.isQuietSince(1)).isTrue();
    watch.count(1, NOON);
    assertThat(watch.isQuietSince(NOON)).isFalse();
    assertThat(watch.isQuietSince(NOON + 1)).isTrue();
    tell(1, false, null, NOON + 5);
    assertThat(watch.isQuietSince(NOON + 5)).isFalse();
  }

  @Test
  void aRuleHasBounds() {
    assertThat(rule("overload", 0.1, 1).percent()).isEqualTo(50);
    refused("mood", 1, 1, 50, 50, Duration.ofSeconds(1));
    refused("volume", 0, 1, 50, 50, Duration.ofSeconds(1));
    refused("volume", Double.NaN, 1, 50, 50, Duration.ofSeconds(1));
    refused("volume", 1, 0, 50, 50, Duration.ofSeconds(1));
    refused("volume", 1, 1, 0, 50, Duration.ofSeconds(1));
    refused("volume", 1, 1, 100, 50, Duration.ofSeconds(1));
    refused("volume", 1, 1, 50, 0, Duration.ofSeconds(1));
    refused("volume", 1, 1, 50, 100, Duration.ofSeconds(1));
    refused("volume", 1, 1, 50, 50, Duration.ofMillis(999));
    assertThat(new AdaptiveRule("volume", 0.1, 1, 1, 1, Duration.ofSeconds(1)).least()).isOne();
    assertThat(new AdaptiveRule("latency", 0.1, 1, 99, 99, Duration.ofSeconds(1)).least())
        .isEqualTo(99);
  }

  private static void refused(
      String signal, double above, long calls, int percent, int least, Duration loosenAfter) {
    assertThatThrownBy(() -> new AdaptiveRule(signal, above, calls, percent, least, loosenAfter))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theServersLoadIsTheMeanOfHalfAMinute() {
    ServerLoad load = new ServerLoad();
    double[] now = {0.6};
    load.readFrom(() -> now[0]);
    for (int i = 0; i < 5; i++) {
      load.look();
      assertThat(load.mean()).as("too few looks").isZero();
    }
    load.look();
    assertThat(load.mean()).isBetween(0.599, 0.601);
    now[0] = -1;
    load.look();
    load.look();
    assertThat(load.mean()).as("four of six").isBetween(0.399, 0.401);
  }
}
