package org.apikeys.web;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;
import org.eclipse.microprofile.auth.LoginConfig;

/** The REST API. People sign in with MicroProfile JWT, machines with API keys. */
@ApplicationPath("/api")
@LoginConfig(authMethod = "MP-JWT", realmName = "apikeys")
public class RestApplication extends Application {

  /** JSON is read and written by our own providers; those that Jersey finds by itself stay out. */
  @Override
  public Map<String, Object> getProperties() {
    return Map.of("jersey.config.disableAutoDiscovery", true);
  }
}
