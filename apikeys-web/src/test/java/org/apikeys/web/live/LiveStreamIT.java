package org.apikeys.web.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.EventStream;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code GET /api/v1/live}. */
@ExtendWith(SharedServer.class)
class LiveStreamIT {
  private static final String PATH = "/api/v1/live";
  private static final Duration LIMIT = Duration.ofSeconds(40);

  private final Tenant fresh;

  LiveStreamIT(RunningServer server) {
    fresh = server.newTenant();
  }

  @Test
  void tellsOfCallsLimitsAndTheLog() {
    IssuedKey key = fresh.key().perMinute(1_000_000).issue();
    Tenant stranger = fresh.server().newTenant();
    IssuedKey foreign = stranger.key().issue();
    EventStream stream = listening(fresh.person("admin"));

    Eventually.within(
        LIMIT,
        () -> {
          fresh.gateway().verify(key);
          stranger.gateway().verify(foreign);
          Eventually.pause(300);
          assertThat(stream.events("usage"))
              .anySatisfy(
                  event -> {
                    assertThat(event.path("requests").asLong()).isPositive();
                    assertThat(event.at("/codes/VALID").asLong()).isPositive();
                    assertThat(event.path("keys").toString()).contains(key.keyId());
                  });
          assertThat(stream.events("limits").toString()).contains("PT1M", "1000000");
        });
    Eventually.within(
        LIMIT,
        () -> {
          fresh.admin().put(key.path(), Map.of("description", "" + System.nanoTime())).expect(200);
          Eventually.pause(300);
          assertThat(stream.events("log").toString()).contains("key.updated");
        });
    assertThat(String.join("\n", stream.lines()))
        .doesNotContain("\"" + foreign.keyId() + "\"", key.value(), "ended:");
  }

  /** With a burst more calls are left than the window takes: what was used is told by itself. */
  @Test
  void tellsHowManyCallsAWindowHasHad() {
    IssuedKey key =
        fresh
            .key()
            .with(
                "rate_limits",
                Json.read("{\"requests\": {\"per_day\": 100}, \"burst\": {\"max_burst\": 300}}"))
            .issue();
    EventStream stream = listening(fresh.person("admin"));
    fresh.gateway().verify(key);
    Eventually.within(
        LIMIT,
        () -> {
          fresh.gateway().verify(key);
          Eventually.pause(300);
          List<JsonNode> told = new ArrayList<>();
          stream.events("limits").forEach(event -> event.path("limits").forEach(told::add));
          assertThat(told)
              .filteredOn(limit -> limit.path("key_id").asText().equals(key.keyId()))
              .isNotEmpty()
              .allSatisfy(
                  limit -> {
                    assertThat(limit.path("request_count").asLong()).isBetween(1L, 100L);
                    assertThat(limit.path("remaining").asLong()).isGreaterThan(100);
                  });
        });
  }

  @Test
  void takesNotEveryPlaceForOneCaller() {
    Person greedy = fresh.newPerson("manager");
    listening(greedy);
    List<EventStream> streams = new ArrayList<>();
    for (int i = 1; i < 20; i++) {
      streams.add(EventStream.open(fresh.server(), PATH, greedy.token()));
    }
    Eventually.within(
        LIMIT,
        () -> assertThat(streams).allSatisfy(one -> assertThat(one.events("hello")).hasSize(1)));
    greedy.api().get(PATH).expectProblem(429, "RATE_LIMITED");
    listening(fresh.newPerson("manager"));
  }

  @Test
  void showsDevelopersTheirOwnKeysAndNoLog() {
    Person developer = fresh.newPerson("developer");
    IssuedKey own = fresh.key().with("owner", developer.name()).issue();
    IssuedKey other = fresh.key().issue();
    EventStream stream = listening(developer);
    Eventually.within(
        LIMIT,
        () -> {
          fresh.gateway().verify(other);
          fresh.gateway().verify(own);
          Eventually.pause(300);
          assertThat(stream.events("usage").toString()).contains("\"" + own.keyId() + "\"");
        });
    assertThat(String.join("\n", stream.lines()))
        .doesNotContain("\"" + other.keyId() + "\"", "event: log");
  }

  @Test
  void endsWhenThePersonIsDisabled() {
    Person person = fresh.newPerson("auditor");
    EventStream stream = listening(person);
    fresh.admin().put("/api/v1/users/" + person.id(), Map.of("is_active", false)).expect(200);
    Eventually.within(LIMIT, () -> assertThat(stream.hasEnded()).isTrue());
  }

  @Test
  void isForThoseWhoReadUsage() {
    fresh.person("gateway").api().get(PATH).expectProblem(403, "FORBIDDEN");
    fresh.server().anonymous().get(PATH).expectProblem(401, "UNAUTHENTICATED");
  }

  @Test
  void tellsOfAnAlert() {
    IssuedKey key = fresh.key().issue();
    Tenant stranger = fresh.server().newTenant();
    EventStream stream = listening(fresh.person("admin"));
    EventStream foreign = listening(stranger.person("admin"));
    fresh.server().anonymous().get("/api/v1/api-keys?api_key=" + key.value());
    Eventually.within(
        LIMIT,
        () ->
            assertThat(stream.events("alert"))
                .singleElement()
                .satisfies(
                    alert -> {
                      assertThat(alert.path("kind").asText()).isEqualTo("key_in_url");
                      assertThat(alert.path("key_id").asText()).isEqualTo(key.keyId());
                    }));
    assertThat(foreign.events("alert")).isEmpty();
  }

  private EventStream listening(Person person) {
    return EventStream.lasting(fresh.server(), PATH, person.token(), "usage");
  }
}
