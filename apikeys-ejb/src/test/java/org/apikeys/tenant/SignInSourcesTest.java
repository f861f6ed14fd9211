package org.apikeys.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.store.TestClock;
import org.junit.jupiter.api.Test;

class SignInSourcesTest {
  private static final String HERE = "192.0.2.7";
  private final TestClock clock = new TestClock(Instant.parse("2026-03-01T12:00:00Z"));
  private final SignInSources sources = new SignInSources(clock);

  private void fail(String address, int times) {
    for (int i = 0; i < times; i++) {
      assertThatThrownBy(
              () ->
                  sources.inTurn(
                      address,
                      () -> {
                        throw new ProblemException(ProblemType.UNAUTHENTICATED, "wrong");
                      }))
          .hasMessageContaining("wrong");
    }
  }

  /** Whether a second attempt is taken while the first is under way. */
  private boolean takesTwo(String first, String second) {
    return sources.inTurn(
        first,
        () -> {
          try {
            return sources.inTurn(second, () -> true);
          } catch (ProblemException e) {
            assertThat(e.type()).isEqualTo(ProblemType.SIGN_IN_LOCKED);
            assertThat(e.retryAfter()).contains(Duration.ofSeconds(1));
            return false;
          }
        });
  }

  @Test
  void whoHasNotFailedOftenSignsInAsOftenAsTheyLike() {
    fail(HERE, SignInSources.FAILURES - 1);
    assertThat(takesTwo(HERE, HERE)).isTrue();
  }

  @Test
  void anAddressThatGuessesIsCheckedOneAtATime() {
    fail(HERE, SignInSources.FAILURES);
    assertThat(takesTwo(HERE, HERE)).isFalse();
    assertThat(sources.inTurn(HERE, () -> true)).as("one after the other").isTrue();
    assertThat(takesTwo(HERE, "192.0.2.8")).as("others").isTrue();
  }

  @Test
  void addressesOfOneNetworkOfIpv6AreOne() {
    for (int i = 0; i < SignInSources.FAILURES; i++) {
      fail("2001:db8:7::" + i, 1);
    }
    assertThat(takesTwo("2001:db8:7::99", "2001:db8:7:1::1")).isFalse();
    assertThat(takesTwo("2001:db8:8::1", "2001:db8:8::1")).isTrue();
  }

  @Test
  void aMinuteLaterNothingIsHeldAgainstIt() {
    fail(HERE, SignInSources.FAILURES);
    clock.forward(Duration.ofMinutes(1));
    assertThat(takesTwo(HERE, HERE)).isTrue();
  }
}
