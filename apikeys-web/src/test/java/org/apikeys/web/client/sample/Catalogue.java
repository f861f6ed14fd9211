package org.apikeys.web.client.sample;

import jakarta.ws.rs.GET;
import org.apikeys.client.security.RequiresScope;

/** A contract that says which scope a call of it takes. */
public interface Catalogue {
  @GET
  @RequiresScope("agents:write")
  String read();
}
