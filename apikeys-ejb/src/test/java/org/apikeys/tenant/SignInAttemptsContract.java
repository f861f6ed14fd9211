package org.apikeys.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.PersistenceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** Guessing a password ends after ten attempts. */
interface SignInAttemptsContract {
  TestStore store();

  @Test
  default void locksANameAfterTenFailures() {
    TestServices services = new TestServices(store().emptied());
    SignInAttempts attempts = services.get(SignInAttempts.class);
    for (int i = 1; i <= 10; i++) {
      assertThat(attempts.begin("Dora")).as("attempt " + i).isEmpty();
      assertThat(attempts.failed("dora")).isEqualTo(i == 10);
    }

    assertThat(attempts.begin("DORA"))
        .contains(services.clock().instant().plus(Duration.ofMinutes(15)));
    assertThat(attempts.begin("another")).isEmpty();
    services.clock().forward(Duration.ofMinutes(15));
    assertThat(attempts.begin("dora")).as("at the last instant").isPresent();
    services.clock().forward(Duration.ofMillis(1));
    assertThat(attempts.begin("dora")).isEmpty();
  }

  @Test
  default void aLockEndsWithTheClockThatItWasMadeBy() {
    TestServices services = new TestServices(store().emptied());
    SignInAttempts attempts = services.get(SignInAttempts.class);
    services.clock().forward(Duration.ofDays(30));
    for (int i = 0; i < 10; i++) {
      attempts.begin("dora");
      attempts.failed("dora");
    }
    services.clock().forward(Duration.ofSeconds(-59));
    assertThat(attempts.begin("dora")).as("clocks of nodes are that far apart").isPresent();

    services.clock().forward(Duration.ofDays(-30));
    assertThat(attempts.begin("dora")).isEmpty();
  }

  @Test
  default void beginsAnewAfterASuccess() {
    SignInAttempts attempts = new TestServices(store().emptied()).get(SignInAttempts.class);
    for (int i = 0; i < 9; i++) {
      attempts.begin("dora");
    }
    attempts.succeeded("dora");

    for (int i = 0; i < 10; i++) {
      assertThat(attempts.begin("dora")).isEmpty();
    }
    assertThat(attempts.begin("dora")).isPresent();
  }

  @Test
  default void countsGuessesInParallel() throws Exception {
    SignInAttempts attempts = new TestServices(store().emptied()).get(SignInAttempts.class);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    int letThrough = 0;
    try {
      List<Future<Boolean>> guesses = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        guesses.add(threads.submit(() -> begin(attempts)));
      }
      for (Future<Boolean> guess : guesses) {
        letThrough += guess.get() ? 1 : 0;
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(letThrough).isEqualTo(10);
  }

  private static boolean begin(SignInAttempts attempts) {
    try {
      return attempts.begin("dora").isEmpty();
    } catch (PersistenceException e) {
      return attempts.begin("dora").isEmpty();
    }
  }

  @Test
  default void forgetsNamesThatNobodyTries() {
    TestServices services = new TestServices(store().emptied());
    SignInAttempts attempts = services.get(SignInAttempts.class);
    attempts.begin("once");
    services.clock().forward(Duration.ofMinutes(16));
    attempts.prune();

    assertThat(store().number("SELECT COUNT(*) FROM sign_in_failure")).isZero();
  }
}
