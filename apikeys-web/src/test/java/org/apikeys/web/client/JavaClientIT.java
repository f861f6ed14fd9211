package org.apikeys.web.client;

import org.apikeys.web.server.Tenant;

/** On Payara Micro. */
class JavaClientIT extends ProtectedApplication {
  JavaClientIT(Tenant tenant) {
    super(tenant, ApplicationServer.PAYARA_MICRO);
  }
}
