package org.apikeys.web.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Tenant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Clients that hold many connections, and clients whose headers never end. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConnectionsCampaign {
  private static final System.Logger LOG = System.getLogger(ConnectionsCampaign.class.getName());
  private static final Duration NOW_AND_THEN = Duration.ofMillis(10);
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int MANY = Integer.getInteger("apikeys.connections", 10_000);

  private @Nullable RunningServer server;
  private @Nullable Tenant tenant;

  @BeforeAll
  void start() {
    server = RunningServer.named("connections").start();
    tenant = server.newTenant();
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private RunningServer server() {
    assertThat(server).isNotNull();
    return server;
  }

  private Tenant tenant() {
    assertThat(tenant).isNotNull();
    return tenant;
  }

  private static void report(String fault, String what) {
    LOG.log(System.Logger.Level.INFO, "{0}: {1}", fault, what);
  }

  private void decidesMeanwhile(String fault, Crowd crowd) {
    Gateway gateway = tenant().gateway();
    IssuedKey key = tenant().key().unlimited().issue();
    long began = System.nanoTime();
    try (Callers callers = new Callers(4, NOW_AND_THEN, () -> gateway.ask(key.value()))) {
      Eventually.pause(8_000);
      List<Callers.Call> calls = callers.between(began, System.nanoTime());
      report(
          fault,
          crowd.open()
              + " connections, "
              + server().threads()
              + " threads, "
              + server().handles()
              + " handles; "
              + Callers.codes(calls)
              + ", half within "
              + Callers.millisOf(calls, 50)
              + " ms, 99 of 100 within "
              + Callers.millisOf(calls, 99)
              + " ms, all within "
              + Callers.slowestMillis(calls)
              + " ms");
      assertThat(Callers.codes(calls)).containsOnlyKeys("VALID");
      assertThat(calls).hasSizeGreaterThan(100);
    }
    tenant().key().issue();
  }

  @Test
  void idleConnectionsCostAFileHandleEach() {
    int before = server().handles();
    try (Crowd crowd = new Crowd(server().uri(), MANY, "")) {
      decidesMeanwhile("idle connections", crowd);
    }
    Eventually.within(LONG, () -> assertThat(server().handles()).isLessThan(before + 200));
    report("idle connections", "afterwards " + server().handles() + " handles");
  }

  @Test
  void slowHeadersHoldNoThread() {
    int threads = server().threads();
    try (Crowd crowd =
        new Crowd(
            server().uri(), MANY / 5, "GET /api/v1/api-keys HTTP/1.1\r\nHost: localhost\r\n")) {
      crowd.dribble("X-More: a\r\n");
      decidesMeanwhile("slow headers", crowd);
      assertThat(server().threads()).isLessThan(threads + 250);
    }
  }
}
