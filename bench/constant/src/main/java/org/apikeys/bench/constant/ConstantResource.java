package org.apikeys.bench.constant;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** A resource that reads its body as text, as any JSON resource has to, and answers a constant. */
@Path("/answer")
@Produces(MediaType.APPLICATION_JSON)
public class ConstantResource {

  @GET
  public String get() {
    return ConstantAnswer.JSON;
  }

  /** Takes any body. */
  @POST
  public String post(String body) {
    return ConstantAnswer.JSON;
  }
}
