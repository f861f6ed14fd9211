package org.apikeys.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apikeys.api.problem.ProblemException;
import org.junit.jupiter.api.Test;

class SlowTurnsTest {
  @Test
  void letsNoMoreWorkAtATimeThanItHasPlaces() throws Exception {
    SlowTurns turns = new SlowTurns(1);
    CountDownLatch works = new CountDownLatch(1);
    CountDownLatch ends = new CountDownLatch(1);
    CompletableFuture<Boolean> first =
        CompletableFuture.supplyAsync(
            () ->
                turns.inTurn(
                    () -> {
                      works.countDown();
                      return awaited(ends);
                    }));
    works.await();
    assertThatThrownBy(() -> turns.inTurn(() -> true))
        .isInstanceOfSatisfying(
            ProblemException.class, problem -> assertThat(problem.status()).isEqualTo(503));
    ends.countDown();
    assertThat(first.get()).isTrue();
    assertThat(turns.inTurn(() -> true)).isTrue();
  }

  private static boolean awaited(CountDownLatch end) {
    try {
      end.await();
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
