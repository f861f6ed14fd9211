package org.apikeys.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class DetectorsTest {
  private static final long FIRST_HOUR = 480_000;
  private static final long WEEK_AND_MORE = 9L * 24;

  private static HourOf hour(long hour, String network, String country) {
    return new HourOf(hour, 10, 0, 0, 1, Set.of(network), Set.of(country));
  }

  @Test
  void saysOfOneThingThatItIsOne() {
    Profile usual = new Profile();
    for (long hour = FIRST_HOUR; hour < FIRST_HOUR + WEEK_AND_MORE; hour++) {
      usual.learn(hour(hour, "198.51.100.0/24", "AT"));
    }
    assertThat(
            Detectors.ofKey(usual, hour(FIRST_HOUR + WEEK_AND_MORE, "203.0.113.0/24", "NZ"))
                .stream()
                .flatMap(finding -> finding.reasons().stream()))
        .contains("it was used from 1 country before", "it was used from 1 network before");
  }
}
