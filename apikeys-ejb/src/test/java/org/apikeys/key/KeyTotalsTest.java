package org.apikeys.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apikeys.api.cluster.Changed;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.cluster.Topic;
import org.junit.jupiter.api.Test;

class KeyTotalsTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private final KeyTotals totals = new KeyTotals(Duration.ZERO);
  private final AtomicLong counts = new AtomicLong();

  private long total(Map<String, Object> parameters, long expired) {
    return totals.of("WHERE", parameters, counts::incrementAndGet, (after, until) -> expired);
  }

  @Test
  void countsOnceUntilAKeyChanges() {
    Map<String, Object> parameters = Map.of("organization", 1L);
    assertThat(total(parameters, 0)).isEqualTo(1);
    assertThat(total(parameters, 0)).isEqualTo(1);
    totals.onChange(new Changed(Topic.PERSON, 1));
    assertThat(total(parameters, 0)).isEqualTo(1);

    totals.onChange(new Changed(Topic.KEY, 1));
    assertThat(total(parameters, 0)).isEqualTo(2);
    totals.onHeard(new Heard(Topic.KEY, 1));
    assertThat(total(parameters, 0)).isEqualTo(3);
  }

  @Test
  void tellsListsApart() {
    assertThat(total(Map.of("organization", 1L), 0)).isEqualTo(1);
    assertThat(total(Map.of("organization", 2L), 0)).isEqualTo(2);
    assertThat(total(Map.of("organization", 1L), 0)).isEqualTo(1);
  }

  @Test
  void countsAgainWhenAKeyHasExpired() {
    assertThat(total(Map.of("now", NOON), 0)).isEqualTo(1);
    assertThat(total(Map.of("now", NOON.plusSeconds(5)), 0)).isEqualTo(1);
    assertThat(total(Map.of("now", NOON.plusSeconds(6)), 1)).isEqualTo(2);
    assertThat(total(Map.of("now", NOON.minusSeconds(6)), 0))
        .as("a clock that was set back")
        .isEqualTo(3);
  }

  @Test
  void countsEachTimeWhatIsCountedQuickly() {
    KeyTotals slow = new KeyTotals(Duration.ofHours(1));
    assertThat(slow.of("WHERE", Map.of(), counts::incrementAndGet, (after, until) -> 0))
        .isEqualTo(1);
    assertThat(slow.of("WHERE", Map.of(), counts::incrementAndGet, (after, until) -> 0))
        .isEqualTo(2);
  }

  @Test
  void remembersNothingThatWasCountedBeforeAChangeAndIsPutAfterIt() {
    long raced =
        totals.of(
            "WHERE",
            Map.of(),
            () -> {
              totals.onChange(new Changed(Topic.KEY, 1));
              return counts.incrementAndGet();
            },
            (after, until) -> 0);
    assertThat(raced).isEqualTo(1);
    assertThat(total(Map.of(), 0)).isEqualTo(2);
  }
}
