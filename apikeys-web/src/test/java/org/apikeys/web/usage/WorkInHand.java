package org.apikeys.web.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;

/**
 * What a server works at when it is asked to stop: clients who go on until they are not answered
 * any more, calls that were lent, reports that are made. And what it has said about all that.
 */
final class WorkInHand {
  private static final String KEYS = "/api/v1/api-keys";
  private static final String JOBS = "/api/v1/report-jobs";
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int CALLERS = 4;
  private static final int BUSY = 40;
  private static final int PER_DAY = 10;
  private static final int LENT = 6;
  private static final int USED = 3;

  private final Api admin;
  private final Gateway gateway;
  private final IssuedKey called;
  private final IssuedKey lent;
  private final AtomicLong asked = new AtomicLong();
  private final AtomicLong granted = new AtomicLong();
  private final Queue<Long> created = new ConcurrentLinkedQueue<>();
  private final List<String> reports = new ArrayList<>();
  private final List<Thread> clients = new ArrayList<>();

  private WorkInHand(Tenant tenant) {
    admin = tenant.admin();
    gateway = tenant.gateway();
    called = tenant.key().unlimited().issue();
    lent = tenant.key().with("rate_limits", Map.of("requests", Map.of("per_day", PER_DAY))).issue();
  }

  /** Begins, and comes back when the server has much to do. */
  static WorkInHand of(Tenant tenant) {
    WorkInHand work = new WorkInHand(tenant);
    for (int i = 0; i < CALLERS; i++) {
      work.client(work::call);
    }
    work.client(work::create);
    Eventually.within(LONG, () -> assertThat(work.granted.get()).isGreaterThan(BUSY));
    Eventually.within(LONG, () -> assertThat(work.created).isNotEmpty());
    work.lend();
    for (String report : List.of("access-review", "monthly-usage")) {
      Answer ordered = work.admin.post(JOBS, Map.of("report", report, "format", "pdf")).expect(201);
      work.reports.add(JOBS + "/" + ordered.number("/id"));
    }
    return work;
  }

  private interface Turn {
    /** Whether it was answered as it should be. */
    boolean goesOn();
  }

  private void client(Turn turn) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (turn.goesOn()) {
                  Eventually.pause(2);
                }
              } catch (UncheckedIOException e) {
                // the server has stopped
                return;
              }
            },
            "client " + clients.size());
    thread.setDaemon(true);
    clients.add(thread);
    thread.start();
  }

  private boolean call() {
    asked.incrementAndGet();
    Answer answer = gateway.ask(called.value());
    boolean valid = answer.status() == 200 && answer.text("/code").equals("VALID");
    if (valid) {
      granted.incrementAndGet();
    }
    return valid;
  }

  private boolean create() {
    Answer answer = admin.post(KEYS, Map.of("name", Unique.name("last")));
    if (answer.status() != 201) {
      return false;
    }
    created.add(answer.number("/id"));
    return true;
  }

  /** Calls are lent, and some are reported, which nobody has written yet. */
  private void lend() {
    assertThat(gateway.verify(lent, "lease", LENT).at("/lease/calls").asInt()).isEqualTo(LENT);
    Map<String, Object> one = Map.of("key_id", lent.keyId(), "leased", true, "endpoint", "/lent");
    List<Map<String, Object>> records = new ArrayList<>();
    for (int i = 0; i < USED; i++) {
      records.add(one);
    }
    gateway.api().post("/api/v1/usage", Map.of("records", records)).expect(202);
  }

  /** Waits until every client has noticed that there is no server any more. */
  void awaitEnd() {
    try {
      for (Thread client : clients) {
        client.join(LONG.toMillis());
        assertThat(client.isAlive()).as("a client still has answers").isFalse();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Requires of the server after it that nothing of what was answered is lost. */
  void requireAllThere() {
    for (long id : created) {
      admin.get(KEYS + "/" + id).expect(200);
    }
    assertThat(admin.get(called.path()).expect(200).number("/usage_count"))
        .as("calls that were answered")
        .isBetween(granted.get(), asked.get());
    assertThat(admin.get(lent.path()).expect(200).number("/usage_count"))
        .as("the call and what was reported")
        .isEqualTo(1 + USED);
    assertThat(gateway.verify(lent).at("/rate_limit/remaining").asInt())
        .as("what was neither called nor lent")
        .isEqualTo(PER_DAY - 1 - LENT - 1);
    for (String report : reports) {
      Eventually.within(
          LONG, () -> assertThat(admin.get(report).expect(200).text("/status")).isEqualTo("done"));
    }
  }
}
