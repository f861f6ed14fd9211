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
  private final Releases releases;
  private final Notes notes;
  private final ApiKeysClient client;

  @Inject
  public DeploymentsResource(
      Deployer deployer, Releases releases, Notes notes, ApiKeysClient client) {
    this.deployer = deployer;
    this.releases = releases;
    this.notes = notes;
    this.client = client;
  }

  /** For proxies; public, since RESTEasy looks for one that it could call itself. */
  @SuppressWarnings("NullAway")
  public DeploymentsResource() {
    deployer = null;
    releases = null;
    notes = null;
    client = null;
  }

  @POST
  @Path("/deployments")
  public String deploy() {
    return deployer.deploy();
  }

  @POST
  @Path("/releases")
  public String release() {
    return releases.announce();
  }

  @POST
  @Path("/notes")
  public String note() {
    return notes.announce();
  }

  /** Open to everybody, for the test. */
  @GET
  @Path("/counts")
  @jakarta.ws.rs.Produces("application/json")
  public java.util.Map<String, Long> counts() {
    return client.metrics().read();
  }
}
