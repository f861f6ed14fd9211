package org.apikeys.web.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.apikeys.api.problem.FieldError;
import org.apikeys.api.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/** An RFC 9457 problem as it is answered. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ProblemBody(
    String type,
    String title,
    int status,
    String detail,
    String instance,
    String code,
    String requestId,
    @Nullable List<FieldError> errors) {

  static ProblemBody of(
      ProblemException problem, String contextPath, String instance, String requestId) {
    return new ProblemBody(
        contextPath + problem.type().page(),
        problem.type().title(),
        problem.status(),
        problem.detail(),
        instance,
        problem.type().name(),
        requestId,
        problem.errors().isEmpty() ? null : problem.errors());
  }
}
