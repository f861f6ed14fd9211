package org.apikeys.web.client.sample;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.SecurityContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import org.apikeys.client.security.RequiresScope;

/** Agents, which may be read with either scope. */
@Path("/agents")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@RequiresScope("agents:read or agents:write")
public class AgentsResource {
  private final SecurityContext security;

  @Inject
  public AgentsResource(SecurityContext security) {
    this.security = security;
  }

  /** For proxies; public, since RESTEasy looks for one that it could call itself. */
  @SuppressWarnings("NullAway")
  public AgentsResource() {
    security = null;
  }

  @GET
  public Map<String, Object> list() {
    Principal caller = security.getCallerPrincipal();
    return Map.of("agents", List.of("one", "two"), "caller", caller.getName());
  }

  @POST
  @RequiresScope("agents:write")
  public Map<String, Object> create() {
    return Map.of("created", true);
  }
}
