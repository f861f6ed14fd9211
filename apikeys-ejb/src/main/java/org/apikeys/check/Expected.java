package org.apikeys.check;

import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/** Keeps a change from being made to something that its author has not seen. */
public final class Expected {
  private Expected() {}

  /**
   * Requires that the version is the one that was seen.
   *
   * @param seen null when the author does not say
   * @param changed what to tell otherwise: {@code The key has changed}
   * @throws ProblemException {@link ProblemType#PRECONDITION_FAILED}
   */
  public static void version(@Nullable Long seen, long present, String changed) {
    if (seen != null && seen != present) {
      throw new ProblemException(
          ProblemType.PRECONDITION_FAILED, changed + "; read again and repeat.");
    }
  }
}
