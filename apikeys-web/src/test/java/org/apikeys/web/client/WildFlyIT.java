package org.apikeys.web.client;

import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** On WildFly, in the profile {@code wildfly} alone, which fetches it. */
@EnabledIfSystemProperty(named = "wildfly.home", matches = ".+")
class WildFlyIT extends ProtectedApplication {
  WildFlyIT(Tenant tenant) {
    super(tenant, ApplicationServer.WILDFLY);
  }
}
