package org.apikeys.client.security;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Answers 401 or 403 where a scope is missing. */
@Provider
public class ScopeMissingMapper implements ExceptionMapper<ScopeMissingException> {
  @Override
  public Response toResponse(ScopeMissingException missing) {
    Response.ResponseBuilder answer =
        Response.status(missing.status())
            .type("application/problem+json")
            .header("Cache-Control", "no-store")
            .entity(Refusals.body(missing.status(), missing.code()));
    if (missing.status() == 401) {
      answer.header("WWW-Authenticate", "Bearer realm=\"apikeys\"");
    }
    return answer.build();
  }
}
