package org.apikeys.web.dialect.dashboard;

import org.apikeys.api.problem.ProblemException;
import org.apikeys.web.problem.ErrorEnvelope;

/** Errors of this dialect: what is wrong, in one sentence. */
public class DashboardErrors implements ErrorEnvelope {
  private record Failed(boolean success, String error) {}

  private static final String ROOT = "/api/keys";

  @Override
  public boolean isOf(String path) {
    return ErrorEnvelope.isAt(ROOT, path);
  }

  @Override
  public Object body(ProblemException problem) {
    return new Failed(false, problem.detail());
  }
}
