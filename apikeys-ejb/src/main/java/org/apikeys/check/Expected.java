package org.apikeys.check;

import java.util.Set;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a change from being made to something that its author has not seen.
 *
 * @param versions those that the author would change, any of them
 */
public record Expected(Set<Long> versions) {
  public Expected {
    versions = Set.copyOf(versions);
  }

  public static Expected of(long version) {
    return new Expected(Set.of(version));
  }

  /**
   * Requires that the version is one that the author would change.
   *
   * @param seen null when the author does not say
   * @param changed what to tell otherwise: {@code The key has changed}
   * @throws ProblemException {@link ProblemType#PRECONDITION_FAILED}
   */
  public static void version(@Nullable Expected seen, long present, String changed) {
    if (seen != null && !seen.versions.contains(present)) {
      throw new ProblemException(
          ProblemType.PRECONDITION_FAILED, changed + "; read again and repeat.");
    }
  }
}
