package org.apikeys.hot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MemoTest {
  private final AtomicInteger made = new AtomicInteger();
  private final Memo<String> memo =
      new Memo<>(
          2,
          text -> {
            made.incrementAndGet();
            if (text.isEmpty()) {
              throw new IllegalArgumentException("nothing");
            }
            return text + "!";
          });

  @Test
  void makesWhatComesAgainOnce() {
    assertThat(memo.of("a")).isEqualTo("a!");
    assertThat(memo.of(new String("a"))).isSameAs(memo.of("a"));
    assertThat(made).hasValue(1);
  }

  @Test
  void isRightForTextsThatShareASlot() {
    for (int i = 0; i < 100; i++) {
      assertThat(memo.of("text " + i % 7)).isEqualTo("text " + i % 7 + "!");
    }
  }

  @Test
  void keepsNoLongText() {
    String text = "a".repeat(300);
    memo.of(text);
    memo.of(text);
    assertThat(made).hasValue(2);
  }

  @Test
  void keepsNoFailure() {
    assertThatThrownBy(() -> memo.of("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> memo.of("")).isInstanceOf(IllegalArgumentException.class);
    assertThat(made).hasValue(2);
  }
}
