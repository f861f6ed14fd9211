package org.apikeys.store;

import java.time.Duration;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;

/**
 * Whether the store answers, for whoever would only find out by asking it. The container and the
 * persistence provider write pages into the log for each question that fails, which would fill the
 * disk while a store is away.
 */
public final class StoreReach {
  private StoreReach() {}

  /**
   * Does nothing when the store answers, as far as is known.
   *
   * @throws ProblemException {@link ProblemType#STORE_UNAVAILABLE} while it is known not to
   */
  public static void require() {
    if (StoreDataSource.isAway()) {
      throw ProblemException.retryAfter(
          ProblemType.STORE_UNAVAILABLE,
          "The store is out of reach; nothing was changed. Try again shortly.",
          Duration.ofSeconds(1));
    }
  }
}
