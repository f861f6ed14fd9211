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

  /** Whether a path is this one or below it, also where it is none that is taken ({@code ;x}). */
  static boolean isAt(String root, String path) {
    return path.startsWith(root)
        && (path.length() == root.length() || "/;".indexOf(path.charAt(root.length())) >= 0);
  }

  /** The answer, to be written as JSON. */
  Object body(ProblemException problem);
}
