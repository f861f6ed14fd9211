package org.apikeys.web;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.auth.LoginConfig;

/** The REST API. People sign in with MicroProfile JWT, machines with API keys. */
@ApplicationPath("/api")
@LoginConfig(authMethod = "MP-JWT", realmName = "apikeys")
public class RestApplication extends Application {}
