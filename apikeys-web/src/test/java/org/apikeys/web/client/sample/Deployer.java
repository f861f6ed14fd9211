package org.apikeys.web.client.sample;

import jakarta.ejb.Stateless;
import org.apikeys.client.security.RequiresScope;

/** A service that guards itself. */
@Stateless
public class Deployer {
  @RequiresScope("deployments:write")
  public String deploy() {
    return "deployed";
  }
}
