package org.apikeys.web.fault;

import static org.apikeys.web.server.Measured.millisSince;
import static org.apikeys.web.server.Measured.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A server whose clock is set forth and back by an hour while it works, and is killed so; and a
 * node that is an hour ahead of the other.
 */
class ClockCampaign {
  private static final Duration LONG = Duration.ofMinutes(2);

  /** All that the server does by itself is done within this. */
  private static final Duration PROMISE = Duration.ofSeconds(15);

  private static final Duration HOUR = Duration.ofMinutes(61);
  private static final int LIMIT = 40;

  /** The clock of this server is at the beginning of an hour, so that none ends meanwhile. */
  private final Duration right = toTheHour(Instant.now());

  @BeforeAll
  static void canSetAClock() {
    Optional<String> whyNot = ServerClock.whyNot();
    assumeTrue(whyNot.isEmpty(), () -> whyNot.orElse(""));
  }

  private static Duration toTheHour(Instant now) {
    return Duration.between(now, now.truncatedTo(ChronoUnit.HOURS).plus(Duration.ofMinutes(3)));
  }

  /** The server at work, and what it was asked so far. */
  private static final class Watch {
    private final RunningServer server;
    private final ServerClock clock;
    private final Tenant tenant;
    private final Gateway gateway;
    private final IssuedKey hourly;
    private final IssuedKey spent;
    private final IssuedKey expiring;
    private final List<String> issued = new ArrayList<>();
    private Api admin;
    private int calls;

    Watch(RunningServer server, ServerClock clock) {
      this.server = server;
      this.clock = clock;
      tenant = server.newTenant();
      gateway = tenant.gateway();
      admin = tenant.admin();
      hourly = limited(LIMIT);
      spent = limited(2);
      expiring =
          tenant
              .key()
              .unlimited()
              .with("expires_at", clock.now().plus(Duration.ofMinutes(30)).toString())
              .issue();
      assertThat(gateway.code(spent)).isEqualTo("VALID");
      assertThat(gateway.code(spent)).isEqualTo("VALID");
      assertThat(gateway.code(expiring)).isEqualTo("VALID");
    }

    private IssuedKey limited(int perHour) {
      return tenant
          .key()
          .with("rate_limits", Map.of("requests", Map.of("per_hour", perHour)))
          .issue();
    }

    private void signIn() {
      Person person = tenant.person("admin");
      admin = server.signIn(person.name(), person.password());
    }

    /** Once the server's clock is what it was set to. */
    void isSet(String fault) {
      Api before = admin;
      Eventually.within(
          LONG,
          () -> {
            signIn();
            IssuedKey made = tenant.key().issueBy(admin);
            assertThat(Instant.parse(made.json().path("created_at").asText()))
                .isCloseTo(clock.now(), within(10, ChronoUnit.SECONDS));
          });
      int old = before.get(hourly.path()).status();
      report(fault, "a token of before is answered with " + old);
      assertThat(old).isIn(200, 401);
    }

    /** What is promised whatever the clock shows. */
    void goesOn(String fault) {
      assertThat(gateway.code(spent)).as("a spent limit").isEqualTo("RATE_LIMITED");
      JsonNode call = gateway.verify(hourly);
      calls++;
      assertThat(call.path("code").asText()).isEqualTo("VALID");
      assertThat(call.at("/rate_limit/remaining").asInt()).isEqualTo(LIMIT - calls);
      assertThat(Instant.parse(call.at("/rate_limit/reset_at").asText()))
          .isBetween(clock.now().minusSeconds(10), clock.now().plus(HOUR));
      report(fault, "a key that has expired, or not yet: " + gateway.code(expiring));

      long began = System.nanoTime();
      IssuedKey key = tenant.key().unlimited().issueBy(admin);
      issued.add(key.keyId());
      assertThat(gateway.code(key)).isEqualTo("VALID");
      admin.delete(key.path()).expect(200);
      assertThat(gateway.code(key)).as("after the revocation").isEqualTo("REVOKED");
      Eventually.within(PROMISE, () -> assertThat(actions(key)).contains("key.revoked"));
      report(fault, "records are in the log " + millisSince(began) + " ms after the change");
      Eventually.within(
          PROMISE,
          () ->
              assertThat(admin.get(hourly.path()).expect(200).number("/usage_count"))
                  .isEqualTo(calls));
      report(fault, "calls are counted " + millisSince(began) + " ms after them");
      assertThat(issuedByTheLog()).as("by their numbers").isEqualTo(issued);
      assertThat(
              server
                  .signIn("admin", RunningServer.ADMIN_PASSWORD)
                  .post("/api/v1/audit/verify")
                  .expect(200)
                  .at("/verified")
                  .asBoolean())
          .isTrue();
      server.anonymous().get("/health/ready").expect(200);
    }

    private List<String> actions(IssuedKey key) {
      List<String> actions = new ArrayList<>();
      for (JsonNode event : events("target=" + key.keyId())) {
        actions.add(event.path("action").asText());
      }
      return actions;
    }

    /** The keys of which this watch knows, the first record first. */
    private List<String> issuedByTheLog() {
      List<String> keys = new ArrayList<>();
      for (JsonNode event : events("action=key.created&size=200")) {
        keys.add(event.at("/target/id").asText());
      }
      Collections.reverse(keys);
      keys.retainAll(issued);
      return keys;
    }

    /** Records that have their number, the last first. */
    private List<JsonNode> events(String query) {
      List<JsonNode> events = new ArrayList<>();
      admin.get("/api/v1/audit/events?" + query).expect(200).at("/events").forEach(events::add);
      assertThat(events).allMatch(event -> event.path("sequence").isNumber());
      List<Long> numbers = new ArrayList<>();
      events.forEach(event -> numbers.add(event.path("sequence").asLong()));
      assertThat(numbers).isSortedAccordingTo(Collections.reverseOrder());
      return events;
    }
  }

  @Test
  void aClockThatIsSetStopsNothingAndRefillsNothing() {
    ServerClock clock = new ServerClock(right);
    try (RunningServer server = clock.shownTo(RunningServer.named("clock")).start()) {
      Watch watch = new Watch(server, clock);
      watch.goesOn("the clock is right");
      String forth = "the clock is set forth by an hour";
      set(watch, forth, HOUR);
      assertThat(watch.gateway.code(watch.expiring)).isEqualTo("EXPIRED");
      set(watch, "it is set back again", Duration.ZERO);
      set(watch, "the clock is set back by an hour", HOUR.negated());
      set(watch, "it is right again", Duration.ZERO);
      set(watch, forth, HOUR);
      // counts are written every second
      Eventually.pause(3_000);
      server.kill();
      clock.set(right);
      server.restart();
      watch.isSet("killed when it was an hour ahead");
      watch.goesOn("killed when it was an hour ahead");
    }
  }

  @Test
  void aNodeThatIsAnHourAheadPassesNoLimitAndLeavesNoWindowBehind() throws Exception {
    Path keys = Path.of("target", Unique.name("ahead-keys")).toAbsolutePath();
    ServerClock wrong = new ServerClock(HOUR);
    try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().start();
        RunningServer right = node("ahead-right", keys, postgres).start();
        RunningServer ahead = wrong.shownTo(node("ahead-wrong", keys, postgres)).start()) {
      Tenant tenant = right.newTenant();
      List<Gateway> gateways = List.of(tenant.gateway(), at(ahead, tenant.gateway()));
      IssuedKey daily = limited(tenant, "per_day", 80);
      assertThat(passing(daily, 160, gateways)).as("of 80 a day").isBetween(72, 80);
      report("a node is an hour ahead", "up are " + states(right));
      assertThat(states(right)).containsExactly("up", "up");
      assertThat(ahead.log()).contains("The clock of this machine is 36");

      IssuedKey minutely = limited(tenant, "per_minute", 5);
      assertThat(passing(minutely, 10, gateways)).as("of 5 a minute").isBetween(4, 10);
      ahead.kill();
      Eventually.within(
          Duration.ofSeconds(65),
          () -> assertThat(gateways.get(0).code(minutely)).isEqualTo("VALID"));
      assertThat(gateways.get(0).code(daily)).isEqualTo("RATE_LIMITED");
      Eventually.within(
          Duration.ofSeconds(30),
          () -> assertThat(states(right)).containsExactlyInAnyOrder("up", "silent"));
    }
  }

  private static RunningServer.Builder node(String name, Path keys, EmbeddedPostgres postgres) {
    return RunningServer.named(name)
        .data(keys)
        .postgres(postgres.getPort())
        .setting("APIKEYS_CLUSTER", "on");
  }

  private static Gateway at(RunningServer server, Gateway gateway) {
    return new Gateway(gateway.key(), server.anonymous().withKey(gateway.key().value()));
  }

  private static IssuedKey limited(Tenant tenant, String window, int most) {
    return tenant.key().with("rate_limits", Map.of("requests", Map.of(window, most))).issue();
  }

  /** Calls that pass, made by turns. */
  private static int passing(IssuedKey key, int calls, List<Gateway> gateways) {
    int passing = 0;
    for (int i = 0; i < calls; i++) {
      passing += gateways.get(i % gateways.size()).code(key).equals("VALID") ? 1 : 0;
    }
    return passing;
  }

  private static List<String> states(RunningServer server) {
    List<String> states = new ArrayList<>();
    server
        .admin()
        .get("/api/v1/cluster")
        .expect(200)
        .at("/nodes")
        .forEach(node -> states.add(node.path("state").asText()));
    return states;
  }

  private void set(Watch watch, String fault, Duration by) {
    watch.clock.set(right.plus(by));
    watch.isSet(fault);
    watch.goesOn(fault);
  }
}
