package org.apikeys.web.http;

import java.util.Collection;
import java.util.function.Predicate;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;

/**
 * How many streams a node keeps open at the same time, and how many of them for one who asks:
 * nobody takes the places of all others.
 *
 * @param most in all
 * @param mostOfOne of one
 * @param one what counts as one, such as a caller
 */
public record Room(int most, int mostOfOne, String one) {
  /**
   * Refuses one stream too many: 429.
   *
   * @param open those that there are
   * @param same whether one of them is of the same
   */
  public <T> void require(Collection<T> open, Predicate<T> same) {
    if (open.size() >= most) {
      throw new ProblemException(
          ProblemType.RATE_LIMITED, "This server has as many listeners as it takes.");
    }
    if (open.stream().filter(same).count() >= mostOfOne) {
      throw new ProblemException(
          ProblemType.RATE_LIMITED,
          "This server takes " + mostOfOne + " listeners of one " + one + " at most.");
    }
  }
}
