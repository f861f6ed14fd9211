package org.apikeys.web.fault;

import static org.apikeys.web.server.Measured.millisSince;
import static org.apikeys.web.server.Measured.report;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Clients that hold many connections, and clients whose headers or bodies never end. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConnectionsCampaign {
  private static final Duration NOW_AND_THEN = Duration.ofMillis(10);
  private static final Duration LONG = Duration.ofMinutes(2);

  /** As many threads answer requests at most. */
  private static final int POOL = 200;

  private static final String ENDLESS_BODY =
      "POST /api/v1/auth/token HTTP/1.1\r\nHost: localhost\r\n"
          + "Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n{";

  private static final int MANY = Integer.getInteger("apikeys.connections", 10_000);

  private final RunningServer server = RunningServer.named("connections").start();
  private final Tenant tenant = server.newTenant();

  @AfterAll
  void stop() {
    server.close();
  }

  private void decidesMeanwhile(String fault, Crowd crowd) {
    Gateway gateway = tenant.gateway();
    IssuedKey key = tenant.key().unlimited().issue();
    long began = System.nanoTime();
    try (Callers callers = new Callers(4, NOW_AND_THEN, () -> gateway.ask(key.value()))) {
      Eventually.pause(8_000);
      List<Callers.Call> calls = callers.between(began, System.nanoTime());
      report(
          fault,
          crowd.open()
              + " connections, "
              + server.threads()
              + " threads, "
              + server.handles()
              + " handles; "
              + Callers.described(calls));
      assertThat(Callers.codes(calls)).containsOnlyKeys("VALID");
      assertThat(calls).hasSizeGreaterThan(100);
    }
    tenant.key().issue();
  }

  @Test
  void idleConnectionsCostAFileHandleEach() {
    int before = server.handles();
    try (Crowd crowd = new Crowd(server.uri(), MANY, "")) {
      decidesMeanwhile("idle connections", crowd);
    }
    Eventually.within(LONG, () -> assertThat(server.handles()).isLessThan(before + 200));
    report("idle connections", "afterwards " + server.handles() + " handles");
  }

  @Test
  void slowHeadersHoldNoThread() {
    int threads = server.threads();
    try (Crowd crowd =
        new Crowd(server.uri(), MANY / 5, "GET /api/v1/api-keys HTTP/1.1\r\nHost: localhost\r\n")) {
      crowd.dribble("X-More: a\r\n");
      decidesMeanwhile("slow headers", crowd);
      assertThat(server.threads()).isLessThan(threads + 250);
    }
  }

  @Test
  void slowBodiesHoldAThreadEach() {
    String fault = "slow bodies";
    try (Crowd crowd = new Crowd(server.uri(), POOL * 3 / 4, ENDLESS_BODY)) {
      crowd.dribble(" ");
      decidesMeanwhile(fault, crowd);
    }
    Gateway gateway = tenant.gateway();
    IssuedKey key = tenant.key().unlimited().issue();
    try (Callers callers = new Callers(4, NOW_AND_THEN, () -> gateway.ask(key.value()))) {
      try (Crowd crowd = new Crowd(server.uri(), POOL * 3 / 2, ENDLESS_BODY)) {
        crowd.dribble(" ");
        Eventually.pause(3_000);
        long taken = System.nanoTime();
        Eventually.pause(5_000);
        report(
            fault,
            "all threads taken, "
                + server.threads()
                + " there are: "
                + Callers.described(callers.between(taken, System.nanoTime())));
      }
      long gone = System.nanoTime();
      Eventually.within(
          LONG, () -> assertThat(callers.between(gone, System.nanoTime())).hasSizeGreaterThan(100));
      report(fault, "a hundred calls were answered " + millisSince(gone) + " ms after their end");
      report(fault, "all calls: " + Callers.described(callers.all()));
      assertThat(Callers.codes(callers.all())).containsOnlyKeys("VALID");
    }
    Eventually.within(LONG, () -> server.anonymous().get("/health/ready").expect(200));
  }
}
