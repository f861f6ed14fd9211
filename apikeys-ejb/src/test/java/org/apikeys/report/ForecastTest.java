package org.apikeys.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForecastTest {
  private static final Instant TODAY = Instant.parse("2026-03-01T00:00:00Z");

  private static Forecast of(long limit, Long... peaks) {
    return Forecast.of("key-7", "P1D", limit, List.of(peaks), TODAY);
  }

  @Test
  void saysWhenALimitIsReached() {
    Forecast forecast = of(100, 10L, 20L, 30L, 40L, 50L, 60L, 70L);
    assertThat(forecast.level()).isEqualTo(80);
    assertThat(forecast.peak()).isEqualTo(70);
    assertThat(forecast.growthPerDay()).isEqualTo(10.0);
    assertThat(forecast.reachesAt()).isEqualTo(Instant.parse("2026-03-03T00:00:00Z"));
    assertThat(forecast.sentence())
        .isEqualTo(
            "key-7 stands at 80 of 100 calls in a day (80 %), growing by 10.0 a day: it reaches the"
                + " limit on 2026-03-03.");
  }

  @Test
  void saysWhenItIsReachedNow() {
    assertThat(of(60, 10L, 20L, 30L, 40L, 50L, 60L, 70L).reachesAt()).isEqualTo(TODAY);
  }

  @Test
  void makesNoForecastOfNoGrowthOrTooFarAway() {
    assertThat(of(100, 50L, 50L, 50L, 50L, 50L, 50L, 50L))
        .satisfies(
            forecast -> {
              assertThat(forecast.reachesAt()).isNull();
              assertThat(forecast.sentence()).endsWith("and does not grow.");
            });
    Forecast far = of(1_000_000, 10L, 20L, 30L, 40L, 50L, 60L, 70L);
    assertThat(far.reachesAt()).isNull();
    assertThat(far.sentence()).contains("not reach the limit within two years");
  }

  @Test
  void makesNoForecastOfTooFewDays() {
    Forecast forecast = of(100, 0L, 0L, 0L, 0L, 0L, 0L, 60L, 70L);
    assertThat(forecast.growthPerDay()).isNull();
    assertThat(forecast.sentence())
        .isEqualTo("key-7 has been used on 2 whole days; a forecast takes 7.");
  }

  @Test
  void countsNoDayWithoutACall() {
    Forecast forecast = of(100, 10L, 0L, 0L, 0L, 0L, 0L, 60L, 70L);
    assertThat(forecast.growthPerDay()).isNull();
    assertThat(forecast.sentence())
        .isEqualTo("key-7 has been used on 3 whole days; a forecast takes 7.");
    assertThat(of(100, 10L, 20L, 0L, 40L, 50L, 60L, 70L, 80L).growthPerDay()).isNotNull();
  }
}
