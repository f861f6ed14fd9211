package org.apikeys.web.client.sample;

import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.Path;

/** Leaves it to its contract which scope a call takes. */
@Path("/catalogue")
@RequestScoped
public class CatalogueResource implements Catalogue {
  @Override
  public String read() {
    return "catalogue";
  }
}
