package org.apikeys.store;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Steps that one run of periodic work takes, each in a transaction of its own: one that fails keeps
 * no other from being taken. The run fails in the end, so that it is told of and tried again.
 */
public final class Steps {
  private final BooleanSupplier mayGoOn;
  private @Nullable RuntimeException failure;

  /**
   * @param mayGoOn asked before each step, such as whether the lease lasts; what it throws ends the
   *     run
   */
  public Steps(BooleanSupplier mayGoOn) {
    this.mayGoOn = mayGoOn;
  }

  /** Takes a step for each, as long as the run may go on. */
  public <T> void each(Iterable<T> all, Consumer<? super T> step) {
    for (T one : all) {
      if (!mayGoOn.getAsBoolean()) {
        return;
      }
      try {
        step.accept(one);
      } catch (RuntimeException e) {
        failure = failure == null ? e : failure;
      }
    }
  }

  /** Fails as the first step did that failed. */
  public void end() {
    if (failure != null) {
      throw failure;
    }
  }
}
