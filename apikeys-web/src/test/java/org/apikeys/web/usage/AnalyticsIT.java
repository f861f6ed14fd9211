package org.apikeys.web.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code GET /api/v1/analytics/usage} and {@code …/capacity}. */
@ExtendWith(SharedServer.class)
class AnalyticsIT {
  private static final String USAGE = "/api/v1/analytics/usage";
  private static final String CAPACITY = "/api/v1/analytics/capacity";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Tenant fresh;

  AnalyticsIT(RunningServer server) {
    fresh = server.newTenant();
  }

  @Test
  void tellsWhatCallsCameTo() {
    IssuedKey key = fresh.key().unlimited().issue();
    Instant day = Instant.now().minus(Duration.ofDays(2)).truncatedTo(ChronoUnit.DAYS);
    report(key, "/agents", 200, 0.1, day.plusSeconds(60));
    report(key, "/agents", 200, 0.2, day.plusSeconds(120));
    report(key, "/orders", 503, 0.9, day.plusSeconds(180));
    report(key, "/agents", 200, 0.1, day.minusSeconds(60));
    String range = "&from=" + day + "&to=" + day.plus(Duration.ofDays(1));

    Eventually.within(
        LIMIT,
        () -> {
          JsonNode usage = get("?interval=hour&key=" + key.keyId() + range).json();
          assertThat(usage.at("/totals/requests").asLong()).isEqualTo(3);
          assertThat(usage.at("/previous/totals/requests").asLong()).isEqualTo(1);
          assertThat(usage.at("/previous/change_percent/requests").asDouble()).isEqualTo(200.0);
        });
    JsonNode usage = get("?interval=hour&key=" + key.keyId() + range).json();
    assertThat(usage.at("/totals/errors").asLong()).isEqualTo(1);
    assertThat(usage.at("/totals/success_rate").asDouble()).isEqualTo(66.67);
    assertThat(usage.at("/totals/p50").asDouble()).isBetween(0.195, 0.205);
    assertThat(usage.at("/totals/bytes_in").asLong()).isEqualTo(30);
    assertThat(usage.at("/totals/bytes_out").asLong()).isEqualTo(300);
    JsonNode points = usage.at("/series/0/points");
    assertThat(points).hasSize(24);
    assertThat(points.at("/0/start").asText()).isEqualTo(day.toString());
    assertThat(points.at("/0/requests").asLong()).isEqualTo(3);
    assertThat(points.at("/1/requests").asLong()).isZero();
    assertThat(points.at("/1/p99").isNull()).isTrue();

    JsonNode byEndpoint = get("?interval=day&group_by=endpoint&key=" + key.id() + range).json();
    assertThat(Json.texts(byEndpoint.path("series"), "endpoint"))
        .containsExactly("/agents", "/orders");
    JsonNode byStatus = get("?interval=day&group_by=status&key=" + key.id() + range).json();
    assertThat(Json.texts(byStatus.path("series"), "status")).containsExactly("200", "503");
    JsonNode byCountry = get("?group_by=country&interval=day" + range).json();
    assertThat(byCountry.at("/series/0/country").isNull()).isTrue();
    assertThat(byCountry.path("country_note").asText()).contains("apikeys.geoip.database");
    JsonNode byEnvironment = get("?group_by=environment&interval=day" + range).json();
    assertThat(Json.texts(byEnvironment.path("series"), "environment"))
        .containsExactly("production");
    JsonNode byOrganization = get("?group_by=organization&interval=day" + range).json();
    assertThat(Json.texts(byOrganization.path("series"), "organization"))
        .containsExactly(String.valueOf(fresh.id()));
  }

  /** Nothing of that time has been deleted: there was no server. */
  @Test
  void showsZerosForATimeBeforeTheServerBegan() {
    Instant longAgo = Instant.now().minus(Duration.ofDays(200));
    String day = "?zone=Europe/Berlin&from=" + longAgo + "&to=" + longAgo.plus(Duration.ofHours(5));
    JsonNode hours = get(day + "&interval=hour").json();
    assertThat(hours.at("/totals/requests").asLong()).isZero();
    assertThat(hours.at("/previous/totals/requests").asLong(-1)).isZero();
    JsonNode days = get(day + "&interval=day").json();
    assertThat(days.path("zone").asText()).isEqualTo("Europe/Berlin");
  }

  @Test
  void pagesGroupsByCursor() {
    Instant hour = Instant.now().minus(Duration.ofDays(1)).truncatedTo(ChronoUnit.HOURS);
    for (int i = 1; i <= 3; i++) {
      IssuedKey key = fresh.key().unlimited().issue();
      for (int call = 0; call < i; call++) {
        report(key, "/agents", 200, 0.1, hour);
      }
    }
    String range =
        "?interval=hour&group_by=key&size=2&from=" + hour + "&to=" + hour.plusSeconds(60);
    Eventually.within(
        LIMIT, () -> assertThat(get(range).json().at("/totals/requests").asLong()).isEqualTo(6));
    List<Long> requests = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = get(range + cursor).json();
      page.path("series").forEach(one -> requests.add(one.at("/totals/requests").asLong()));
      cursor =
          page.path("next_cursor").isNull() ? "" : "&cursor=" + page.path("next_cursor").asText();
    } while (!cursor.isEmpty());
    assertThat(requests).containsExactly(3L, 2L, 1L);
  }

  @Test
  void goesOnWhereAPageEndedWhateverIsCalledMeanwhile() {
    IssuedKey key = fresh.key().unlimited().issue();
    Instant earlier = Instant.now().minus(Duration.ofMinutes(30));
    List<String> endpoints = List.of("/a", "/b", "/c", "/d");
    for (int i = 0; i < endpoints.size(); i++) {
      for (int call = i; call < endpoints.size(); call++) {
        report(key, endpoints.get(i), 200, 0.1, earlier);
      }
    }
    String asked = "?group_by=endpoint&interval=hour&size=1&key=" + key.id();
    Eventually.within(
        LIMIT, () -> assertThat(get(asked).json().at("/totals/requests").asLong()).isEqualTo(10));
    List<String> shown = new ArrayList<>();
    long calls = 10;
    String cursor = "";
    do {
      JsonNode page = get(asked + cursor).json();
      shown.addAll(Json.texts(page.path("series"), "endpoint"));
      JsonNode next = page.path("next_cursor");
      cursor = next.isNull() ? "" : "&cursor=" + next.asText();
      for (int i = 0; i < 4; i++) {
        report(key, "/d", 200, 0.1, Instant.now());
      }
      calls += 4;
      long expected = calls;
      Eventually.within(
          LIMIT,
          () -> assertThat(get(asked).json().at("/totals/requests").asLong()).isEqualTo(expected));
    } while (!cursor.isEmpty());
    assertThat(shown).isEqualTo(endpoints);
  }

  @Test
  void countsWhatTheServerDecides() {
    IssuedKey key = fresh.key().scopes("agents:read").unlimited().issue();
    fresh.gateway().verify(key, "endpoint", "/agents");
    fresh.gateway().verify(key, "scopes", "agents:write", "endpoint", "/agents");
    Eventually.within(
        LIMIT,
        () -> {
          JsonNode byCode = get("?group_by=code&key=" + key.keyId()).json();
          assertThat(byCode.at("/totals/requests").asLong()).isEqualTo(2);
          assertThat(byCode.at("/totals/denied").asLong()).isEqualTo(1);
          assertThat(Json.texts(byCode.path("series"), "code"))
              .containsExactlyInAnyOrder("VALID", "INSUFFICIENT_SCOPE");
        });
  }

  @Test
  void namesAWrongField() {
    wrong("?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z", "from");
    wrong("?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z", "to");
    wrong("?from=1970-01-01T00:00:00Z&to=9999-12-31T23:59:59Z&interval=hour", "from");
    wrong("?from=yesterday", "from");
    wrong("?interval=fortnight", "interval");
    wrong("?group_by=colour", "group_by");
    wrong("?zone=Mars/Olympus", "zone");
    wrong("?cursor=abc", "cursor");
    wrong("?size=0", "size");
    fresh.admin().get(CAPACITY + "?days=1").expectInvalid("days");
    fresh.admin().get(CAPACITY + "?limit=0").expectInvalid("limit");
    fresh.admin().get(CAPACITY + "?of=server&limit=5").expectInvalid("of");
  }

  @Test
  void showsDevelopersTheirOwnKeysAndOthersNothing() {
    Person developer = fresh.newPerson("developer");
    IssuedKey theirs = fresh.key().with("owner", developer.name()).unlimited().issue();
    IssuedKey other = fresh.key().unlimited().issue();
    Instant hour = Instant.now().minus(Duration.ofDays(1)).truncatedTo(ChronoUnit.HOURS);
    report(theirs, "/agents", 200, 0.1, hour);
    report(other, "/agents", 200, 0.1, hour);
    String range = "?interval=hour&from=" + hour + "&to=" + hour.plusSeconds(60);
    Eventually.within(
        LIMIT, () -> assertThat(get(range).json().at("/totals/requests").asLong()).isEqualTo(2));
    JsonNode seen = developer.api().get(USAGE + range + "&group_by=key").expect(200).json();
    assertThat(seen.at("/totals/requests").asLong()).isEqualTo(1);
    assertThat(Json.texts(seen.path("series"), "key_id")).containsExactly(theirs.keyId());
    developer.api().get(USAGE + "?key=" + other.keyId()).expectProblem(404, "NOT_FOUND");
    Tenant stranger = fresh.server().newTenant();
    stranger.admin().get(USAGE + "?key=" + other.keyId()).expectProblem(404, "NOT_FOUND");
    assertThat(
            stranger.admin().get(USAGE + range).expect(200).json().at("/totals/requests").asLong())
        .isZero();
    fresh.person("gateway").api().get(USAGE).expectProblem(403, "FORBIDDEN");
    fresh.server().anonymous().get(USAGE).expectProblem(401, "UNAUTHENTICATED");
  }

  @Test
  void looksAheadForOneKeyAndForAll() {
    IssuedKey key = fresh.key().perMinute(100).issue();
    Answer one = fresh.admin().get(CAPACITY + "?key=" + key.keyId()).expect(200);
    assertThat(one.at("/keys/0/limits/0/window").asText()).isEqualTo("PT1M");
    assertThat(one.at("/keys/0/limits/0/limit").asLong()).isEqualTo(100);
    assertThat(one.text("/sentence")).contains("a forecast takes 7");
    Answer all = fresh.admin().get(CAPACITY + "?limit=5000").expect(200);
    assertThat(all.at("/whole/limit").asLong()).isEqualTo(5000);
    fresh.server().admin().get(CAPACITY + "?of=server&limit=5000000").expect(200);
  }

  private Answer get(String query) {
    return fresh.admin().get(USAGE + query).expect(200);
  }

  private void wrong(String query, String field) {
    fresh.admin().get(USAGE + query).expectInvalid(field);
  }

  private void report(IssuedKey key, String endpoint, int status, double seconds, Instant at) {
    Map<String, ?> record =
        Json.object(
            "key_id",
            key.keyId(),
            "endpoint",
            endpoint,
            "method",
            "GET",
            "status_code",
            status,
            "response_time",
            seconds,
            "bytes_in",
            10,
            "bytes_out",
            100,
            "at",
            at.toString());
    Answer answer = fresh.gateway().api().post("/api/v1/usage", Map.of("records", List.of(record)));
    assertThat(answer.expect(202).number("/accepted")).isEqualTo(1);
  }
}
