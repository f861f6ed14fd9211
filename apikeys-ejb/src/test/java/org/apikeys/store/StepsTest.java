package org.apikeys.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepsTest {
  private final List<Integer> taken = new ArrayList<>();

  private void take(int step) {
    taken.add(step);
    if (step % 2 == 0) {
      throw new IllegalStateException("step " + step);
    }
  }

  @Test
  void allAreTakenAndTheFirstFailureIsTold() {
    Steps steps = new Steps(() -> true);
    steps.each(List.of(1, 2, 3, 4), this::take);
    steps.each(List.of(5), this::take);
    assertThat(taken).containsExactly(1, 2, 3, 4, 5);
    assertThatThrownBy(steps::end).hasMessage("step 2");
  }

  @Test
  void noneIsTakenWithoutTheLease() {
    Steps steps = new Steps(() -> taken.size() < 2);
    steps.each(List.of(1, 3, 5), this::take);
    steps.each(List.of(7), this::take);
    assertThat(taken).containsExactly(1, 3);
    assertThatCode(steps::end).doesNotThrowAnyException();
  }

  /** Where the lease can't be asked for, the store is gone, and each further step would fail. */
  @Test
  void aLeaseThatCantBeAskedForEndsTheRun() {
    Steps steps =
        new Steps(
            () -> {
              throw new IllegalStateException("the store is gone");
            });
    assertThatThrownBy(() -> steps.each(List.of(1), this::take)).hasMessage("the store is gone");
    assertThat(taken).isEmpty();
  }
}
