package org.apikeys.web.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;

/** A server that is asked to stop while it works: nothing is lost, and nobody waits for it. */
class StopCampaign {
  private static final System.Logger LOG = System.getLogger(StopCampaign.class.getName());
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Duration PROMISE = Duration.ofSeconds(10);

  private static void report(String what) {
    LOG.log(System.Logger.Level.INFO, "stop: {0}", what);
  }

  @Test
  void writesWhatItHoldsGivesBackItsLeasesAndEndsInTime() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().start();
        ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        RunningServer server =
            RunningServer.named("stop")
                .setting(
                    "APIKEYS_DB_URL",
                    "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres")
                .setting("APIKEYS_DB_USER", "postgres")
                .setting("APIKEYS_DB_PASSWORD", "postgres")
                .setting("APIKEYS_WEBHOOKS_ALLOW_PRIVATE", "true")
                .start()) {
      Tenant tenant = server.newTenant();
      // a delivery is under way, to somebody who never answers
      tenant
          .admin()
          .post(
              "/api/v1/webhooks",
              Map.of(
                  "url", "http://127.0.0.1:" + silent.getLocalPort() + "/", "events", List.of("*")))
          .expect(201);
      Gateway gateway = tenant.gateway();
      IssuedKey key = tenant.key().unlimited().issue();
      Eventually.pause(3_000);
      Callers callers = new Callers(4, Duration.ofMillis(1), () -> gateway.ask(key.value()));
      Duration took;
      try {
        Eventually.pause(3_000);
        long asked = System.nanoTime();
        server.stop();
        took = Duration.ofNanos(System.nanoTime() - asked);
      } finally {
        callers.close();
      }
      report("took " + took.toMillis() + " ms");
      assertThat(took).isLessThan(PROMISE);
      long answered = callers.all().stream().filter(one -> one.code().equals("VALID")).count();
      try (Connection store = postgres.getPostgresDatabase().getConnection();
          Statement statement = store.createStatement()) {
        try (ResultSet held =
            statement.executeQuery(
                "SELECT COUNT(*) FROM lease WHERE ends_at > " + System.currentTimeMillis())) {
          held.next();
          assertThat(held.getLong(1)).as("leases that are still held").isZero();
        }
      }
      server.restart();
      Eventually.within(
          LONG,
          () ->
              assertThat(
                      server
                          .signIn(tenant.person("admin").name(), tenant.person("admin").password())
                          .get(key.path())
                          .expect(200)
                          .number("/usage_count"))
                  .as("calls that were answered, and counted")
                  .isGreaterThanOrEqualTo(answered));
      report(answered + " calls were answered and are counted");
    }
  }
}
