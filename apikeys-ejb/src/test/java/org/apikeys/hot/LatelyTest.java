package org.apikeys.hot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LatelyTest {
  private static final long NOW = 1_000_000;

  @Test
  void aThingIsNewOnceInItsTime() {
    Lately<String> seen = new Lately<>(100, Duration.ofSeconds(10));
    assertThat(seen.isNew("a", NOW)).isTrue();
    assertThat(seen.isNew("a", NOW)).isFalse();
    assertThat(seen.isNew("b", NOW)).isTrue();
    assertThat(seen.isNew("a", NOW + 9_999)).isFalse();
    assertThat(seen.isNew("a", NOW + 10_000)).as("its time is over").isTrue();
    assertThat(seen.isNew("a", NOW + 19_999)).isFalse();
  }

  @Test
  void aClockThatWasSetBackHidesNothingForLong() {
    Lately<String> seen = new Lately<>(100, Duration.ofSeconds(10));
    assertThat(seen.isNew("a", NOW)).isTrue();
    assertThat(seen.isNew("a", NOW - 5_000)).isFalse();
    assertThat(seen.isNew("a", NOW - 10_000)).isTrue();
  }

  @Test
  void whatWasPushedOutIsNewAgain() {
    Lately<String> seen = new Lately<>(1, Duration.ofSeconds(10));
    assertThat(seen.isNew("a", NOW)).isTrue();
    // the same slot, whatever the number of slots is
    assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());
    assertThat(seen.isNew("Aa", NOW)).isTrue();
    assertThat(seen.isNew("BB", NOW)).isTrue();
    assertThat(seen.isNew("BB", NOW)).isFalse();
    assertThat(seen.isNew("Aa", NOW)).isTrue();
  }
}
