package org.apikeys.web.problem;

import org.apikeys.api.problem.ProblemException;

/**
 * The form of every error below some paths, where that is not RFC 9457: a dialect has its own.
 * Found by {@link java.util.ServiceLoader}, so that nothing here knows a dialect.
 */
public interface ErrorEnvelope {

  /**
   * Whether errors of this path have this form.
   *
   * @param path from the application's root, as it was sent
   */
  boolean isOf(String path);

  /** The answer, to be written as JSON. */
  Object body(ProblemException problem);
}
