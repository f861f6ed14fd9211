package org.apikeys.web.problem;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.web.access.DeniedCalls;
import org.apikeys.web.http.RequestContext;

/** Answers everything that goes wrong in the JAX-RS application. */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {
  @Context
  @SuppressWarnings("NullAway.Init") // the container sets it
  HttpServletRequest request;

  @Inject
  @SuppressWarnings("NullAway.Init")
  DeniedCalls denied;

  @Override
  public Response toResponse(Throwable failure) {
    ProblemException problem = Problems.of(request, failure);
    denied.note(request, problem);
    byte[] body = Problems.body(request, problem);
    RequestContext.setBytesOut(request, body.length);
    Response.ResponseBuilder answer =
        Response.status(problem.status()).type(Problems.mediaType(request)).entity(body);
    Problems.headers(problem).forEach(answer::header);
    if (failure instanceof WebApplicationException web) {
      String allow = web.getResponse().getHeaderString(HttpHeaders.ALLOW);
      if (allow != null) {
        answer.header(HttpHeaders.ALLOW, allow);
      }
    }
    return answer.build();
  }
}
