package org.apikeys.web;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;
import org.eclipse.microprofile.auth.LoginConfig;

/** The REST API. People sign in with MicroProfile JWT, machines with API keys. */
@ApplicationScoped // the server looks for the sign-in among the beans
@ApplicationPath("/api")
@LoginConfig(authMethod = "MP-JWT", realmName = "apikeys")
public class RestApplication extends Application {
  /** Without the description that Jersey makes of its own: this one's is at {@code /openapi}. */
  @Override
  public Map<String, Object> getProperties() {
    return Map.of("jersey.config.server.wadl.disableWadl", true);
  }
}
