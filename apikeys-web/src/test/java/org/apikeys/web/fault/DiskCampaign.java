package org.apikeys.web.fault;

import static org.apikeys.web.server.Measured.millisSince;
import static org.apikeys.web.server.Measured.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Command;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Disks that are full, or that can't be written to any more, and that are well again: nothing that
 * was answered is lost, what can't be done is said, and the server goes on by itself.
 */
class DiskCampaign {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Duration NOW_AND_THEN = Duration.ofMillis(20);
  private static final String KEYS = "/api/v1/api-keys";
  private static final String AUDIT = "/api/v1/audit";

  @BeforeAll
  static void canMount() {
    assumeNone(Disk.whyNot());
  }

  private static void assumeNone(Optional<String> whyNot) {
    assumeTrue(whyNot.isEmpty(), () -> whyNot.orElse(""));
  }

  private static Path place(String name) {
    return Path.of("target", Unique.name(name)).toAbsolutePath();
  }

  /** Issues a key, and remembers it when the answer says that it is there. */
  private static Answer make(Api admin, List<Long> acknowledged) {
    Answer answer = admin.post(KEYS, Map.of("name", Unique.name("disk")));
    if (answer.status() == 201) {
      acknowledged.add(answer.number("/id"));
    }
    return answer;
  }

  private static void areThere(Tenant tenant, List<Long> acknowledged) {
    for (long id : acknowledged) {
      tenant.admin().get(KEYS + "/" + id).expect(200);
    }
    assertThat(
            tenant.server().admin().post(AUDIT + "/verify").expect(200).at("/verified").asBoolean())
        .isTrue();
  }

  private static void isWell(RunningServer server) {
    Eventually.within(LONG, () -> server.anonymous().get("/health/ready").expect(200));
  }

  /** Changes until the disk refuses them, then none, then all again. */
  private static List<Long> whileFull(String fault, Tenant tenant, Runnable fill, Runnable empty) {
    return during(
        fault,
        tenant,
        fill,
        acknowledged -> {
          Eventually.pause(15_000);
          long emptied = System.nanoTime();
          empty.run();
          int before = acknowledged.size();
          Eventually.within(LONG, () -> assertThat(acknowledged).hasSizeGreaterThan(before + 10));
          report(fault, "changes go on " + millisSince(emptied) + " ms after there is room again");
        });
  }

  /**
   * Changes until the fault refuses them and through what is done then, and a key that is asked
   * about all the time.
   *
   * @return the keys whose issue was answered
   */
  private static List<Long> during(
      String fault, Tenant tenant, Runnable begin, Consumer<List<Long>> then) {
    Gateway gateway = tenant.gateway();
    IssuedKey known = tenant.key().unlimited().issue();
    assertThat(gateway.code(known)).isEqualTo("VALID");
    List<Long> acknowledged = new CopyOnWriteArrayList<>();
    try (Callers makers = new Callers(2, NOW_AND_THEN, () -> make(tenant.admin(), acknowledged));
        Callers asking = new Callers(2, NOW_AND_THEN, () -> gateway.ask(known.value()))) {
      long since = untilRefused(makers, acknowledged, begin);
      try {
        then.accept(acknowledged);
      } finally {
        report(fault, "changes: " + codes(makers, since));
        report(fault, "a known key: " + codes(asking, since));
      }
      assertThat(codes(makers, since).keySet()).isSubsetOf("201", "STORE_UNAVAILABLE");
      assertThat(codes(asking, since).keySet()).isSubsetOf("VALID", "STORE_UNAVAILABLE");
    }
    return acknowledged;
  }

  private static Map<String, Long> codes(Callers callers, long since) {
    return Callers.codes(callers.between(since, System.nanoTime()));
  }

  /** Since when changes are refused. */
  private static long untilRefused(Callers makers, List<Long> acknowledged, Runnable fault) {
    Eventually.within(LONG, () -> assertThat(acknowledged).hasSizeGreaterThan(20));
    long since = System.nanoTime();
    fault.run();
    Eventually.within(
        LONG,
        () ->
            assertThat(makers.between(since, System.nanoTime()))
                .filteredOn(one -> one.status() != 201)
                .hasSizeGreaterThan(20));
    return since;
  }

  @Test
  void derbysDiskIsFull() {
    String fault = "Derby's disk is full";
    try (Disk disk = Disk.mount(place("derby-disk"), 96)) {
      RunningServer server =
          RunningServer.named("disk-derby").data(disk.folder().resolve("data")).start();
      try (server) {
        Tenant tenant = server.newTenant();
        List<Long> acknowledged = whileFull(fault, tenant, disk::fill, disk::empty);
        isWell(server);
        areThere(tenant, acknowledged);
        disk.fill();
        Answer refused =
            server.admin().post("/api/v1/backup", Map.of("passphrase", "seven random words here"));
        report(fault, "a backup is answered with " + refused.status());
        refused.expectAnyProblem();
        disk.empty();
        server.kill();
        server.restart();
        areThere(tenant, acknowledged);
        report(fault, acknowledged.size() + " acknowledged keys are there, after a kill too");
      }
    }
  }

  /** What is answered is on the disk: nothing that was not synchronized outlives this. */
  @Test
  void derbysDiskIsGone() {
    assumeNone(Device.whyNot());
    String fault = "Derby's disk is gone";
    try (Device device = Device.mount(place("derby-device"), 128)) {
      RunningServer server =
          RunningServer.named("device-derby").data(device.folder().resolve("data")).start();
      try (server) {
        Tenant tenant = server.newTenant();
        List<Long> acknowledged =
            during(fault, tenant, device::breakDown, made -> Eventually.pause(15_000));
        server.anonymous().get("/health/ready").expect(503);
        server.kill();
        device.mountAgain();
        server.restart();
        isWell(server);
        areThere(tenant, acknowledged);
        report(fault, acknowledged.size() + " acknowledged keys are there when it is back");
        assertThat(make(tenant.admin(), acknowledged).status()).isEqualTo(201);
      }
    }
  }

  @Test
  void postgresDiskIsFull() throws IOException {
    String fault = "PostgreSQL's disk is full";
    try (Disk disk = Disk.mount(place("postgres-disk"), 256)) {
      Path folder = disk.folder().resolve("db");
      EmbeddedPostgres postgres =
          EmbeddedPostgres.builder()
              .setDataDirectory(folder)
              .setServerConfig("synchronous_commit", "on")
              .setServerConfig("min_wal_size", "32MB")
              .setServerConfig("max_wal_size", "32MB")
              .start();
      RunningServer server =
          RunningServer.named("disk-postgres")
              .data(place("disk-keys"))
              .postgres(postgres.getPort())
              .start();
      try (server) {
        Tenant tenant = server.newTenant();
        List<Long> acknowledged =
            whileFull(
                fault,
                tenant,
                disk::fill,
                () -> {
                  disk.empty();
                  startAgainWhenItGaveUp(fault, folder, postgres.getPort());
                });
        isWell(server);
        areThere(tenant, acknowledged);
        report(fault, acknowledged.size() + " acknowledged keys are there");
      } finally {
        postgres.close();
      }
    }
  }

  /** PostgreSQL ends when it can't write its log; its service manager starts it again. */
  private static void startAgainWhenItGaveUp(String fault, Path folder, int port) {
    Path pidFile = folder.resolve("postmaster.pid");
    if (Files.exists(pidFile)) {
      report(fault, "PostgreSQL has gone on running");
      return;
    }
    report(fault, "PostgreSQL has ended and is started again");
    Command.run(
        "unshare",
        "-U",
        "sh",
        "-c",
        "$(ls -d /tmp/embedded-pg/PG-*/bin | head -1)/pg_ctl -o '-p "
            + port
            + "' -D "
            + folder
            + " -w start -l /dev/null");
  }
}
