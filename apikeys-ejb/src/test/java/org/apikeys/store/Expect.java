package org.apikeys.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** How services say no. */
public final class Expect {
  private Expect() {}

  /** The call is refused with this type of problem. */
  public static void refused(ProblemType type, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.type()).isEqualTo(type));
  }

  /** The call is refused for this field before any other. */
  public static void invalid(String field, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.type()).isEqualTo(ProblemType.VALIDATION_FAILED);
              assertThat(e.errors().get(0).field()).isEqualTo(field);
            });
  }
}
