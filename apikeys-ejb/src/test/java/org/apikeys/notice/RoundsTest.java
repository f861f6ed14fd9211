package org.apikeys.notice;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RoundsTest {
  private final AtomicLong now = new AtomicLong();
  private final Rounds rounds = new Rounds(now::get);

  private void forward(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void visitsNobodyTwiceAtTheSameTime() {
    assertThat(rounds.begin(1, 10)).isTrue();
    assertThat(rounds.begin(1, 10)).isFalse();
    assertThat(rounds.closed()).containsExactly(1L);
    rounds.end(1, true);
    assertThat(rounds.closed()).isEmpty();
    assertThat(rounds.begin(1, 10)).isTrue();
  }

  @Test
  void keepsRoomForOtherOrganizations() {
    for (long webhook = 1; webhook <= Rounds.MOST_OF_ONE_ORGANIZATION; webhook++) {
      assertThat(rounds.begin(webhook, 10)).isTrue();
    }
    assertThat(rounds.fullOrganizations()).containsExactly(10L);
    assertThat(rounds.begin(99, 10)).isFalse();
    assertThat(rounds.begin(100, 11)).isTrue();
    rounds.end(1, true);
    assertThat(rounds.begin(99, 10)).isTrue();
  }

  @Test
  void visitsSoManyAtTheSameTime() {
    for (long webhook = 1; webhook <= Rounds.MOST; webhook++) {
      assertThat(rounds.isRoom()).isTrue();
      assertThat(rounds.begin(webhook, webhook)).isTrue();
    }
    assertThat(rounds.isRoom()).isFalse();
    assertThat(rounds.begin(99, 99)).isFalse();
  }

  @Test
  void leavesTheSilentAloneForLongerEachTimeUntilTheyAnswer() {
    int[] rests = {5, 10, 20, 40, 60, 60};
    for (int rest : rests) {
      assertThat(rounds.begin(1, 10)).isTrue();
      rounds.end(1, false);
      forward(Duration.ofSeconds(rest).minusMillis(1));
      assertThat(rounds.closed()).as("within %s s", rest).containsExactly(1L);
      forward(Duration.ofMillis(1));
      assertThat(rounds.closed()).as("after %s s", rest).isEmpty();
    }
    rounds.begin(1, 10);
    rounds.end(1, true);
    assertThat(rounds.closed()).isEmpty();
    rounds.begin(1, 10);
    rounds.end(1, false);
    forward(Duration.ofSeconds(5));
    assertThat(rounds.closed()).as("from the beginning again").isEmpty();
  }
}
