package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.apikeys.api.problem.FieldError;
import org.apikeys.limit.RateLimits.Bandwidth;
import org.apikeys.limit.RateLimits.Burst;
import org.apikeys.limit.RateLimits.Requests;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Limits beside others: within them, filled from them, brought down to them. */
class RateLimitsTest {
  private static final RateLimits MOST =
      new RateLimits(
          new Requests(10L, 100L, 1_000L, 5_000L),
          new Burst(true, 20L, 30L),
          new Bandwidth(BigDecimal.ONE, BigDecimal.TEN, new BigDecimal("2.5")),
          4L,
          64L,
          "fixed",
          null);
  private static final RateLimits NOTHING =
      new RateLimits(null, null, null, null, null, null, null);

  private static RateLimits burst(@Nullable Boolean on, @Nullable Long most, @Nullable Long span) {
    return new RateLimits(null, new Burst(on, most, span), null, null, null, null, null);
  }

  private static RateLimits data(
      @Nullable BigDecimal up, @Nullable BigDecimal down, @Nullable BigDecimal day) {
    return new RateLimits(null, null, new Bandwidth(up, down, day), null, null, null, null);
  }

  private static RateLimits by(String algorithm) {
    return new RateLimits(null, null, null, null, null, algorithm, null);
  }

  private static RateLimits concurrent(@Nullable Long calls) {
    return new RateLimits(null, null, null, calls, null, null, null);
  }

  private static RateLimits all(long more) {
    BigDecimal data = BigDecimal.valueOf(more);
    return new RateLimits(
        new Requests(10L + more, 100L + more, 1_000L + more, 5_000L + more),
        new Burst(true, 20L + more, 30L),
        new Bandwidth(BigDecimal.ONE.add(data), BigDecimal.TEN.add(data), data.add(MOST_A_DAY)),
        4L + more,
        64L + more,
        "fixed",
        null);
  }

  private static final BigDecimal MOST_A_DAY = new BigDecimal("2.5");

  @Test
  void eachWindowIsWithinItsOwn() {
    for (Window window : Window.values()) {
      assertThat(one(window, 5).isWithin(one(window, 5))).isTrue();
      assertThat(one(window, 6).isWithin(one(window, 5))).as(window.name()).isFalse();
      assertThat(NOTHING.isWithin(one(window, 5))).isFalse();
      assertThat(one(window, 5).isWithin(NOTHING)).isTrue();
    }
  }

  private static RateLimits one(Window window, long calls) {
    return RateLimits.ofRequests(
        new Requests(
            window == Window.SECOND ? calls : null,
            window == Window.MINUTE ? calls : null,
            window == Window.HOUR ? calls : null,
            window == Window.DAY ? calls : null));
  }

  @Test
  void aBurstIsWithinOneThatGoesAsFarBeyondAndComesBackAsSlowly() {
    RateLimits plain = calls(5, null, "fixed");
    RateLimits twenty = calls(5, new Burst(true, 20L, 30L), "fixed");
    assertThat(twenty.isWithin(twenty)).isTrue();
    assertThat(calls(5, new Burst(true, 21L, 30L), "fixed").isWithin(twenty)).isFalse();
    assertThat(calls(5, new Burst(true, 20L, 29L), "fixed").isWithin(twenty)).isFalse();
    assertThat(calls(5, new Burst(true, 19L, 31L), "fixed").isWithin(twenty)).isTrue();
    assertThat(calls(4, new Burst(true, 20L, 30L), "fixed").isWithin(twenty))
        .as("comes back faster, since it goes farther beyond")
        .isFalse();
    assertThat(calls(4, new Burst(true, 19L, 30L), "fixed").isWithin(twenty)).isTrue();
    RateLimits standard = calls(5, new Burst(true, 20L, 60L), "fixed");
    assertThat(calls(5, new Burst(true, 20L, null), "fixed").isWithin(standard)).isTrue();
    assertThat(twenty.isWithin(plain)).isFalse();
    assertThat(twenty.isWithin(calls(5, new Burst(false, 20L, 30L), "fixed"))).isFalse();
    assertThat(calls(5, new Burst(false, 21L, 30L), "fixed").isWithin(plain)).isTrue();
    assertThat(calls(5, new Burst(true, null, 30L), "fixed").isWithin(plain)).isTrue();
    assertThat(calls(5, new Burst(true, 3L, 30L), "fixed").isWithin(plain))
        .as("goes beyond nothing")
        .isTrue();
    assertThat(plain.isWithin(twenty)).isTrue();
  }

  @Test
  void aBucketIsWithinOneThatHoldsAsMuch() {
    RateLimits two = calls(60, new Burst(true, 2L, 60L), "token_bucket");
    assertThat(two.isWithin(two)).isTrue();
    assertThat(two.isWithin(calls(60, null, "token_bucket"))).isTrue();
    assertThat(calls(59, new Burst(true, 1L, 1L), "token_bucket").isWithin(two)).isTrue();
    assertThat(calls(60, null, "token_bucket").isWithin(two)).as("60 at once").isFalse();
    assertThat(calls(60, new Burst(false, 2L, 60L), "token_bucket").isWithin(two)).isFalse();
    RateLimits besides =
        new RateLimits(
            new Requests(1_000L, 60L, null, null),
            new Burst(true, 2L, 60L),
            null,
            null,
            null,
            "token_bucket",
            null);
    assertThat(besides.isWithin(two)).as("the burst holds for another window now").isFalse();
  }

  private static RateLimits calls(long perMinute, @Nullable Burst burst, String algorithm) {
    return new RateLimits(
        new Requests(null, perMinute, null, null), burst, null, null, null, algorithm, null);
  }

  @Test
  void dataIsWithinInEveryDirection() {
    BigDecimal one = BigDecimal.ONE;
    BigDecimal two = BigDecimal.valueOf(2);
    RateLimits bound = data(one, one, one);
    assertThat(bound.isWithin(bound)).isTrue();
    assertThat(data(new BigDecimal("1.0"), one, one).isWithin(bound)).as("the same").isTrue();
    assertThat(data(two, one, one).isWithin(bound)).isFalse();
    assertThat(data(one, two, one).isWithin(bound)).isFalse();
    assertThat(data(one, one, two).isWithin(bound)).isFalse();
    assertThat(data(null, one, one).isWithin(bound)).isFalse();
    assertThat(data(two, two, two).isWithin(data(null, null, null))).isTrue();
    assertThat(data(two, two, two).isWithin(NOTHING)).isTrue();
    assertThat(NOTHING.isWithin(bound)).isFalse();
  }

  @Test
  void openCallsAreWithinAsMany() {
    assertThat(concurrent(4L).isWithin(concurrent(4L))).isTrue();
    assertThat(concurrent(5L).isWithin(concurrent(4L))).isFalse();
    assertThat(concurrent(null).isWithin(concurrent(4L))).isFalse();
  }

  @Test
  void aSlidingWindowIsWithinAFixedOneAndNotTheOtherWayRound() {
    assertThat(by("sliding").isWithin(by("fixed"))).isTrue();
    assertThat(by("fixed").isWithin(by("sliding"))).isFalse();
    assertThat(by("token_bucket").isWithin(by("token_bucket"))).isTrue();
    assertThat(by("token_bucket").isWithin(by("fixed"))).isFalse();
    assertThat(by("sliding").isWithin(by("token_bucket"))).isFalse();
    assertThat(NOTHING.isWithin(by("fixed"))).as("which is what is meant").isTrue();
  }

  @Test
  void whatIsLeftOpenIsTheStandard() {
    RateLimits completed = concurrent(4L).complete();
    assertThat(completed)
        .isEqualTo(
            new RateLimits(RateLimits.DEFAULT.requests(), null, null, 4L, null, "fixed", null));
    assertThat(RateLimits.perMinute(7).complete()).isEqualTo(RateLimits.perMinute(7));
    assertThat(by("sliding").complete(MOST).requests()).isEqualTo(MOST.requests());
    assertThat(by("sliding").complete(MOST).algorithm()).isEqualTo("sliding");
    assertThat(RateLimits.ofRequests(new Requests(null, null, null, null)).complete().requests())
        .as("windows that are all open")
        .isEqualTo(RateLimits.DEFAULT.requests());
    assertThat(concurrent(4L).complete(NOTHING).requests()).isNull();
    assertThat(RateLimits.NO_LIMIT.complete()).isSameAs(RateLimits.NO_LIMIT);
    assertThat(burst(null, 20L, null).complete().burst()).isEqualTo(new Burst(true, 20L, 60L));
    assertThat(burst(false, null, null).complete().burst()).isEqualTo(new Burst(false, null, null));
  }

  @Test
  void knowsWhetherAnythingIsLimitedAndWhatIsMissing() {
    assertThat(NOTHING.limitsAnything()).isFalse();
    assertThat(by("sliding").limitsAnything()).isFalse();
    assertThat(RateLimits.perMinute(1).limitsAnything()).isTrue();
    assertThat(burst(true, 1L, null).limitsAnything()).isTrue();
    assertThat(data(null, null, null).limitsAnything()).isTrue();
    assertThat(concurrent(1L).limitsAnything()).isTrue();
    assertThat(new RateLimits(null, null, null, null, 1L, null, null).limitsAnything()).isTrue();

    assertThat(NOTHING.missing()).isNull();
    assertThat(burst(true, 1L, null).missing()).isNull();
    assertThat(burst(false, null, null).missing()).isNull();
    assertThat(burst(null, null, 9L).missing()).isEqualTo("burst.max_burst");
    assertThat(RateLimits.perMinute(7).perMinute()).isEqualTo(7);
    assertThat(NOTHING.perMinute()).isNull();
  }

  @Test
  void everythingBeyondABoundIsNamed() {
    assertThat(all(0).beyond(MOST)).isEmpty();
    assertThat(all(1).beyond(MOST))
        .extracting(FieldError::field)
        .containsExactly(
            "rate_limits.requests.per_second",
            "rate_limits.requests.per_minute",
            "rate_limits.requests.per_hour",
            "rate_limits.requests.per_day",
            "rate_limits.burst.max_burst",
            "rate_limits.bandwidth.upload_mbps",
            "rate_limits.bandwidth.download_mbps",
            "rate_limits.bandwidth.total_gb_per_day",
            "rate_limits.concurrent",
            "rate_limits.payload_bytes");
    assertThat(all(1).beyond(MOST).get(7).message()).isEqualTo("is at most 2.5 here");
    assertThat(all(1).beyond(NOTHING)).isEmpty();
    assertThat(NOTHING.beyond(MOST)).as("left open is more").hasSize(9);
    assertThat(RateLimits.NO_LIMIT.beyond(MOST))
        .extracting(FieldError::field)
        .containsExactly("rate_limits.unlimited");
    assertThat(
            new RateLimits(null, new Burst(false, 99L, null), null, null, null, null, null)
                .beyond(burst(true, 20L, 30L)))
        .as("a burst that is switched off")
        .isEmpty();
  }

  @Test
  void aBurstStaysWithinTheShortestWindowThatIsBounded() {
    RateLimits own = burst(true, 99L, 5L);
    assertThat(maxBurst(own.cappedBy(MOST))).as("its own bound").isEqualTo(20);
    assertThat(maxBurst(own.cappedBy(one(Window.HOUR, 50)))).isEqualTo(50);
    assertThat(maxBurst(own.cappedBy(concurrent(4L)))).isEqualTo(99);
    assertThat(
            maxBurst(
                own.cappedBy(
                    new RateLimits(
                        new Requests(null, 60L, 40L, null),
                        new Burst(false, 2L, null),
                        null,
                        null,
                        null,
                        null,
                        null))))
        .as("not a bound that is switched off")
        .isEqualTo(60);
    assertThat(own.cappedBy(MOST).burst()).isEqualTo(new Burst(true, 20L, 5L));
    assertThat(burst(false, 99L, 5L).cappedBy(MOST).burst()).isEqualTo(new Burst(false, 99L, 5L));
  }

  private static @Nullable Long maxBurst(RateLimits limits) {
    return limits.burst() == null ? null : limits.burst().maxBurst();
  }

  @Test
  void whatIsMoreIsBroughtDownAndWhatIsOpenFilled() {
    assertThat(all(1).cappedBy(MOST)).isEqualTo(MOST);
    assertThat(all(-1).cappedBy(MOST)).isEqualTo(all(-1));
    assertThat(RateLimits.NO_LIMIT.cappedBy(MOST)).isEqualTo(MOST.complete());
    RateLimits open = NOTHING.cappedBy(MOST);
    assertThat(open.requests()).isEqualTo(MOST.requests());
    assertThat(open.bandwidth()).isEqualTo(MOST.bandwidth());
    assertThat(open.concurrent()).isEqualTo(4);
    assertThat(open.payloadBytes()).isEqualTo(64);
    assertThat(open.burst()).as("nobody asked for one").isNull();
    assertThat(NOTHING.cappedBy(NOTHING)).isEqualTo(NOTHING);
    assertThat(all(1).cappedBy(NOTHING)).isEqualTo(all(1));

    assertThat(all(1).filledFrom(MOST)).as("what is more stays").isEqualTo(all(1));
    assertThat(NOTHING.filledFrom(MOST).requests()).isEqualTo(MOST.requests());
    assertThat(NOTHING.filledFrom(MOST).bandwidth()).isEqualTo(MOST.bandwidth());
    assertThat(RateLimits.NO_LIMIT.filledFrom(MOST)).isSameAs(RateLimits.NO_LIMIT);
  }
}
