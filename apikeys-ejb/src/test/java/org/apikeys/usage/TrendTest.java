package org.apikeys.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrendTest {

  @Test
  void isTheLineThroughPointsOnALine() {
    Trend trend = Trend.of(List.of(10L, 20L, 30L, 40L, 50L, 60L, 70L));
    assertThat(trend.slope()).isEqualTo(10);
    assertThat(trend.level()).isEqualTo(80);
    assertThat(trend.isGrowing()).isTrue();
  }

  @Test
  void isHardlyMovedByOutlyingDays() {
    List<Long> days = new ArrayList<>();
    for (long day = 0; day < 28; day++) {
      days.add(1_000 + 50 * day);
    }
    days.set(5, 900_000L);
    days.set(20, 0L);
    days.set(27, 0L);
    Trend trend = Trend.of(days);
    assertThat(trend.slope()).isCloseTo(50, within(1.0));
    assertThat(trend.level()).isCloseTo(1_000 + 50 * 28, within(40.0));
    assertThat(trend.isGrowing()).isTrue();
  }

  @Test
  void sees95TimesIn100ThatChanceIsNoGrowth() {
    Random random = new Random(5);
    int growing = 0;
    for (int i = 0; i < 400; i++) {
      List<Long> days = new ArrayList<>();
      for (int day = 0; day < 28; day++) {
        days.add((long) random.nextInt(1_000));
      }
      growing += Trend.of(days).significance() < 0.05 ? 1 : 0;
    }
    assertThat(growing).isBetween(4, 36);
  }

  @Test
  void doesNotGrowWhenNothingChanges() {
    assertThat(Trend.of(List.of(5L, 5L, 5L, 5L, 5L, 5L, 5L)).isGrowing()).isFalse();
    assertThat(Trend.of(List.of(9L, 8L, 7L, 6L, 5L, 4L, 3L)).isGrowing()).isFalse();
  }
}
