package org.apikeys.web.dialect.store;

import org.apikeys.api.problem.ProblemException;
import org.apikeys.web.problem.ErrorEnvelope;

/** Errors of this dialect: what is wrong, twice, since its clients read one field or the other. */
public class StoreErrors implements ErrorEnvelope {
  private record Failed(boolean success, String error, String message) {}

  private static final String ROOT = "/api/user";

  @Override
  public boolean isOf(String path) {
    return ErrorEnvelope.isAt(ROOT, path);
  }

  @Override
  public Object body(ProblemException problem) {
    return new Failed(false, problem.detail(), problem.detail());
  }
}
