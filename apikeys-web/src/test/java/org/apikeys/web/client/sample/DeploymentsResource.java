package org.apikeys.web.client.sample;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import org.apikeys.client.ApiKeysClient;

/** Asks for nothing itself: what it calls does. */
@Path("/")
@RequestScoped
public class DeploymentsResource {
  private final Deployer deployer;
  private final ApiKeysClient client;

  @Inject
  public DeploymentsResource(Deployer deployer, ApiKeysClient client) {
    this.deployer = deployer;
    this.client = client;
  }

  /** For proxies; public, since RESTEasy looks for one that it could call itself. */
  @SuppressWarnings("NullAway")
  public DeploymentsResource() {
    deployer = null;
    client = null;
  }

  @POST
  @Path("/deployments")
  public String deploy() {
    return deployer.deploy();
  }

  /** Open to everybody, for the test. */
  @GET
  @Path("/counts")
  @jakarta.ws.rs.Produces("application/json")
  public java.util.Map<String, Long> counts() {
    return client.metrics().read();
  }
}
