package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import org.apikeys.limit.RateLimits.Bandwidth;
import org.apikeys.limit.RateLimits.Burst;
import org.apikeys.limit.RateLimits.Requests;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What limits as they are configured come to for deciding. */
class GateRulesTest {
  private static final Requests HUNDRED = new Requests(null, 100L, null, 5_000L);

  private static RateLimits limits(
      @Nullable Burst burst,
      @Nullable Bandwidth bandwidth,
      @Nullable Long concurrent,
      @Nullable String algorithm) {
    return new RateLimits(HUNDRED, burst, bandwidth, concurrent, 10L, algorithm, null);
  }

  private static GateRules gate(RateLimits limits) {
    return Objects.requireNonNull(GateRules.of(limits, null, false));
  }

  @Test
  void aKeyWithPlainWindowsNeedsNoGate() {
    assertThat(GateRules.of(limits(null, null, null, null), null, false)).isNull();
    assertThat(GateRules.of(limits(null, null, null, "fixed"), Map.of(), false)).isNull();
    assertThat(GateRules.of(limits(new Burst(false, 200L, 10L), null, null, null), null, false))
        .as("a burst that is switched off")
        .isNull();
    assertThat(GateRules.of(RateLimits.NO_LIMIT, null, false)).isNull();
  }

  @Test
  void anythingMoreNeedsOne() {
    assertThat(GateRules.of(limits(null, null, null, null), null, true))
        .satisfies(rules -> assertThat(rules.credits()).isTrue());
    assertThat(gate(limits(null, null, null, "sliding")).algorithm()).isEqualTo(Algorithm.SLIDING);
    assertThat(gate(limits(null, null, 3L, null)).concurrent()).isEqualTo(3);
    GateRules burst = gate(limits(new Burst(null, 200L, null), null, null, null));
    assertThat(burst.maxBurst()).isEqualTo(200);
    assertThat(burst.burstMillis()).as("the standard").isEqualTo(60_000);
    assertThat(burst.concurrent()).isZero();
    assertThat(burst.bytesPerDay()).isZero();
    assertThat(burst.upload()).isNull();
    assertThat(burst.windows()).isEqualTo(limits(null, null, null, null).windows());
    assertThat(gate(limits(new Burst(true, 200L, 10L), null, null, null)).burstMillis())
        .isEqualTo(10_000);
  }

  @Test
  void quotasAreReadWithTheirCalendar() {
    GateRules rules =
        Objects.requireNonNull(
            GateRules.of(
                limits(null, null, null, null),
                Map.of("pages", new MeterLimit(7L, "P1M"), "cost", new MeterLimit(9L, null)),
                false));
    assertThat(rules.meters())
        .containsEntry("pages", new GateRules.Quota(7, Interval.parse("P1M")))
        .containsEntry("cost", new GateRules.Quota(9, null))
        .hasSize(2);
  }

  @Test
  void megabitsAndGigabytesAreDecimal() {
    GateRules rules =
        gate(
            limits(
                null,
                new Bandwidth(new BigDecimal("0.8"), new BigDecimal("2"), new BigDecimal("1.5")),
                null,
                null));
    assertThat(rules.upload()).isEqualTo(new Bucket.Shape(100_000, 100_000, 1_000));
    assertThat(rules.download()).isEqualTo(new Bucket.Shape(250_000, 250_000, 1_000));
    assertThat(rules.bytesPerDay()).isEqualTo(1_500_000_000);

    GateRules up = gate(limits(null, new Bandwidth(BigDecimal.ONE, null, null), null, null));
    assertThat(up.download()).isNull();
    assertThat(up.bytesPerDay()).isZero();
  }

  @Test
  void whatIsTightenedAreTheWindowsAndTheBurstBeyondThem() {
    GateRules rules = gate(limits(new Burst(true, 200L, 10L), null, 3L, "sliding"));
    WindowLimits half = new WindowLimits(WindowLimits.NONE, 50, WindowLimits.NONE, 2_500);
    assertThat(rules.tightened(null)).isSameAs(rules);
    GateRules tightened = rules.tightened(new Adaptation(50, "volume"));
    assertThat(tightened)
        .isEqualTo(
            new GateRules(half, Algorithm.SLIDING, 100, 10_000, null, null, 0, 3, Map.of(), false));
    assertThat(tightened.burst()).isEqualTo(new Bucket.Shape(50, 50, 10_000));
    assertThat(gate(limits(null, null, 3L, null)).tightened(new Adaptation(1, "volume")).maxBurst())
        .as("no burst comes from nothing")
        .isZero();
    assertThat(
            gate(limits(new Burst(true, 30L, 10L), null, null, "token_bucket"))
                .tightened(new Adaptation(10, "volume"))
                .bucket(Window.MINUTE))
        .isEqualTo(new Bucket.Shape(3, 10, 60_000));
  }

  @Test
  void aBurstGoesBeyondTheShortestWindow() {
    GateRules rules = gate(limits(new Burst(true, 130L, 10L), null, null, null));
    assertThat(rules.shortest()).isEqualTo(Window.MINUTE);
    assertThat(rules.burst()).isEqualTo(new Bucket.Shape(30, 30, 10_000));
    assertThat(gate(limits(new Burst(true, 100L, 10L), null, null, null)).burst())
        .as("no more than the window itself")
        .isNull();
    GateRules none =
        new GateRules(
            WindowLimits.UNLIMITED,
            Algorithm.FIXED,
            130,
            10_000,
            null,
            null,
            0,
            0,
            Map.of(),
            false);
    assertThat(none.shortest()).isNull();
    assertThat(none.burst()).isNull();
  }

  @Test
  void theBucketOfTheShortestWindowHoldsNoMoreThanABurst() {
    GateRules small = gate(limits(new Burst(true, 30L, 10L), null, null, "token_bucket"));
    assertThat(small.bucket(Window.MINUTE)).isEqualTo(new Bucket.Shape(30, 100, 60_000));
    assertThat(small.bucket(Window.DAY)).isEqualTo(new Bucket.Shape(5_000, 5_000, 86_400_000));
    GateRules wide = gate(limits(new Burst(true, 300L, 10L), null, null, "token_bucket"));
    assertThat(wide.bucket(Window.MINUTE)).isEqualTo(new Bucket.Shape(100, 100, 60_000));
    GateRules none = gate(limits(null, null, null, "token_bucket"));
    assertThat(none.bucket(Window.MINUTE)).isEqualTo(new Bucket.Shape(100, 100, 60_000));
  }
}
