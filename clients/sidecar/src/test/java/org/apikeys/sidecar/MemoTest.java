package org.apikeys.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoTest {
  private final List<String> made = new ArrayList<>();
  private final Memo<String, Integer> memo =
      new Memo<>(
          2,
          text -> {
            made.add(text);
            return Integer.valueOf(text);
          });

  @Test
  void makesWhatComesAgainOnce() {
    assertThat(memo.of("7")).isEqualTo(7);
    assertThat(memo.of("7")).isEqualTo(7);
    assertThat(made).containsExactly("7");
  }

  @Test
  void isClearedWhenItIsFullAndNeverKeepsLongTexts() {
    memo.of("1");
    memo.of("2");
    memo.of("3");
    memo.of("3");
    memo.of("1");
    assertThat(made).containsExactly("1", "2", "3", "1");
    String zeros = "0".repeat(257);
    memo.of(zeros);
    memo.of(zeros);
    assertThat(made).hasSize(6);
  }

  @Test
  void remembersNoFailure() {
    for (int i = 0; i < 2; i++) {
      assertThatIllegalArgumentException().isThrownBy(() -> memo.of("x"));
    }
    assertThat(made).containsExactly("x", "x");
  }
}
