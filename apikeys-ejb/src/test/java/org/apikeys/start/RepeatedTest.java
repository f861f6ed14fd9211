package org.apikeys.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apikeys.store.PeriodicJob;
import org.junit.jupiter.api.Test;

class RepeatedTest {
  private final List<String> done = new ArrayList<>();

  private Repeated job(Runnable work) {
    return new Repeated(new PeriodicJob("working", Duration.ofSeconds(1), work, false));
  }

  @Test
  void goesOnAfterAnError() {
    Repeated job =
        job(
            () -> {
              done.add("once more");
              if (done.size() == 1) {
                throw new OutOfMemoryError("on purpose");
              }
            });
    assertThatCode(job::run)
        .as("a timer runs nothing again that throws")
        .doesNotThrowAnyException();
    assertThatCode(job::run).doesNotThrowAnyException();
    assertThat(done).hasSize(2);
  }
}
