package org.apikeys.web.history;

import java.time.Duration;
import java.util.function.Supplier;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Tenant;

/**
 * A server as a client sees it.
 *
 * @param stale how old what it decides by may be now
 */
record Node(Api admin, Gateway gateway, Supplier<Duration> stale) {

  /** The node on this server, with people and machines of an organization that all nodes know. */
  static Node of(RunningServer server, Tenant tenant, Supplier<Duration> stale) {
    IssuedKey own = tenant.gateway().key();
    return new Node(
        server.anonymous().as(tenant.person("admin").token()),
        new Gateway(own, server.anonymous().withKey(own.value())),
        stale);
  }
}
